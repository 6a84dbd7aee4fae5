// Where a CDN serves the pages, the edge cannot put notices into them. So once
// in a browser session this asks it what there is to tell the visitor, and
// shows the answer where the edge would have put it. It never says that
// something went wrong: the page is whole without it.
const asked = "notices-asked"

async function ask(main) {
  if (main.querySelector(".notice") || sessionStorage.getItem(asked)) return
  const answer = await fetch("/notices/fragment", { credentials: "same-origin", redirect: "error" })
  if (!answer.ok) return // the next page asks again
  const html = await answer.text()
  sessionStorage.setItem(asked, "1")
  const told = answer.status === 200 && answer.headers.get("content-type")?.startsWith("text/html")
  if (told) main.insertAdjacentHTML("afterbegin", html)
}

ask(document.getElementById("main-content")).catch(() => {})
