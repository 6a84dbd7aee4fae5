// Keeps an open page as its files are; see the comment of package preview.
"use strict";
{
  const { at: loaded, page } = document.currentScript.dataset;
  const store = sessionStorage;
  let at = loaded, shown = "[]", stream, retry, panel, note;

  const all = selector => [...document.querySelectorAll(selector)];
  const focusable = () => all("a[href], button, input, select, textarea, summary, [tabindex]");
  const make = (name, props, ...children) => {
    const element = Object.assign(document.createElement(name), props);
    element.append(...children);
    return element;
  };
  const decoded = path => {
    try { return decodeURIComponent(path) } catch { return path }
  };
  const here = decoded(location.pathname);

  // A browser allows six connections to a host: hidden tabs give theirs back.
  function disconnect() {
    clearTimeout(retry);
    stream?.close();
  }

  function connect() {
    disconnect();
    if (document.hidden) return;
    stream = new EventSource("/.preview/events?since=" + at);
    stream.onmessage = event => take(JSON.parse(event.data));
    stream.onerror = () => {
      disconnect();
      retry = setTimeout(connect, 500);
    };
  }

  function take({ reload: unknown, changed = [], styles = [], problems = [], elsewhere = [], more = 0, ...told }) {
    at = told.at;
    if (unknown || touched(changed)) reload();
    else if (page != "none") {
      restyle(styles);
      show(problems, more, told.ms);
      offer(elsewhere.find(url => url != "//" + location.hostname + here));
    }
  }

  function touched(changed) {
    if (page == "none") return at != loaded;
    if (page || !changed.length) return changed.length > 0;
    const mine = used();
    return changed.some(path => mine.has(path));
  }

  // The paths on this host of all that the page consists of.
  function used() {
    const paths = new Set([here]);
    for (const e of all("img, source, script, video, audio")) {
      const set = (e.srcset || "").split(",").map(part => part.trim().split(/\s/)[0]);
      for (const address of [e.src, e.poster, ...set]) {
        const url = address && new URL(address, document.baseURI);
        if (url?.host == location.host) paths.add(decoded(url.pathname));
      }
    }
    return paths;
  }

  function reload() {
    disconnect();
    const focus = focusable().indexOf(document.activeElement);
    if (page != "none") store.preview = JSON.stringify({ here, focus, left: scrollX, top: scrollY });
    location.reload();
  }

  function restore() {
    if (page == "none" || !store.preview) return;
    const saved = JSON.parse(store.preview);
    delete store.preview;
    if (saved.here != here) return;
    const scroll = () => scrollTo({ ...saved, behavior: "instant" });
    focusable()[saved.focus]?.focus({ preventScroll: true });
    scroll();
    addEventListener("load", scroll);
  }

  // A new stylesheet stands beside the old one until it is loaded, so that
  // the page is never bare.
  function restyle(styles) {
    const stem = path => path.replace(/[.-]([0-9a-f]{8,}|[A-Z2-7]{8,})(?=\.css$)/, "");
    for (const old of all("link[rel~=stylesheet]:not([data-old])")) {
      const url = new URL(old.href);
      const path = styles.findLast(style => stem(style) == stem(decoded(url.pathname)));
      if (!path || url.host != location.host) continue;
      const link = old.cloneNode();
      old.dataset.old = "";
      link.href = encodeURI(path) + "?at=" + at;
      link.onload = () => old.remove();
      link.onerror = () => {
        link.remove();
        delete old.dataset.old;
      };
      old.after(link);
    }
  }

  // What the preview shows stands in a shadow tree, apart from the page's
  // styles, and out of sight until its own are there.
  function root() {
    if (!panel) {
      panel = make("preview-panel");
      const style = make("link", { rel: "stylesheet", href: "/.preview/client.css" });
      const box = make("div", { className: "panel", hidden: true });
      style.onload = () => box.hidden = false;
      panel.attachShadow({ mode: "open" }).append(style, box);
      document.body.append(panel);
    }
    return panel.shadowRoot.lastChild;
  }

  function show(problems, more, ms) {
    const text = JSON.stringify(problems);
    if (text == shown) return;
    shown = text;
    panel?.shadowRoot.querySelector("section")?.remove();
    if (!problems.length) return;
    const bad = problems.some(p => p.severity == "error");
    const count = problems.length + more;
    const list = make("ol", {}, ...problems.map(item));
    if (more) list.append(make("li", {}, `And ${more} more.`));
    const details = make("details", { open: bad && !store.previewFolded }, make("summary", {}, "List"), list);
    details.ontoggle = () => bad && (store.previewFolded = details.open ? "" : "yes");
    root().prepend(make("section", { ariaLabel: "Problems in the content", className: bad ? "bad" : "" },
      make("p", { role: bad ? "alert" : "status" },
        make("b", {}, count + (count == 1 ? " problem" : " problems") + " in the content"),
        bad ? ": this is the last good page." : `: built in ${ms} ms.`),
      details));
  }

  function item(p) {
    const kind = p.severity == "error" ? " " : ` ${p.severity}: `;
    const li = make("li", { className: p.severity }, make("p", {}, make("code", {}, p.place), kind + p.message));
    if (p.source) li.append(make("pre", {}, p.source + "\n" + p.caret));
    if (p.hint) li.append(make("p", { className: "hint" }, p.hint));
    return li;
  }

  function offer(url) {
    note?.remove();
    if (!url) return;
    const [, , host, ...path] = url.split("/");
    const port = location.port && ":" + location.port;
    note = make("a", { className: "note", href: encodeURI(`//${host}${port}/` + path.join("/")) },
      "changed: " + (host == location.hostname ? "/" : host + "/") + path.join("/"));
    root().append(note);
  }

  restore();
  connect();
  addEventListener("pageshow", event => event.persisted && connect());
  addEventListener("pagehide", disconnect);
  document.addEventListener("visibilitychange", connect);
}
