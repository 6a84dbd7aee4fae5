package build_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCheckClean(t *testing.T) {
	if got := check(t, newWorld(t, "")); got != "" {
		t.Errorf("problems in the world:\n%s", got)
	}
}

// TestCheckPlanted plants one mistake at a time and wants it, and it alone,
// reported at its place.
func TestCheckPlanted(t *testing.T) {
	for _, test := range []struct {
		name           string
		file, old, new string
		want           string
	}{
		{"unknown key", "sites/apex/news/first.md", "tags: [light]", "tgas: [light]",
			`sites/apex/news/first.md:6:1 error unknown-key: key "tgas" is not known here (did you mean "tags"?)`},
		{"wrong type", "sites/apex/news/first.md", "tags: [light]", "weight: much",
			`sites/apex/news/first.md:6:9 error wrong-type: weight wants a whole number (write it without quotes, such as 10)`},
		{"missing value", "sites/apex/news/first.md", "title: First\n", "",
			`sites/apex/news/first.md:2:1 error missing-key: key "title" is missing (add a line "title: …")`},
		{"no front matter", "sites/apex/news/first.md", "---\ntitle: First\n", "title: First\n",
			`sites/apex/news/first.md:1:1 error front-matter: the page doesn't begin with front matter`},
		{"dates in the wrong order", "sites/apex/news/first.md", "tags: [light]", "updated: 2026-01-09",
			`sites/apex/news/first.md:6:10 error date-order: updated 2026-01-09 is before date 2026-01-10`},
		{"expiry before publication", "sites/apex/news/first.md", "tags: [light]", "publish: 2026-02-02\nexpires: 2026-02-01",
			`sites/apex/news/first.md:7:10 error date-order: expires 2026-02-01 is before publish 2026-02-02`},
		{"article without date", "sites/apex/404.md", "title: Not found", "title: Not found\nlayout: article",
			`sites/apex/404.md:2:1 error missing-key: key "date" is missing (an article needs the day of its publication)`},
		{"link to nowhere", "sites/apex/index.md", "(news/index.md)", "(news/indx.md)",
			`sites/apex/index.md:8:41 error link-target: there is no file news/indx.md (did you mean "index.md"?)`},
		{"link to another site's nowhere", "sites/apex/index.md", "../shop/lamp.md#use", "../shop/lamb.md#use",
			`sites/apex/index.md:8:5 error link-target: there is no file ../shop/lamb.md (did you mean "lamp.md"?)`},
		{"link to a folder", "sites/apex/index.md", "(news/index.md)", "(news/)",
			`sites/apex/index.md:8:41 error link-target: news/ is a folder (link to its file: news/index.md)`},
		{"anchor on another site", "sites/apex/index.md", "#use", "#usage",
			`sites/apex/index.md:8:5 error link-anchor: there is no heading #usage in sites/shop/lamp.md (ids there: #use)`},
		{"rooted link", "sites/apex/index.md", "(news/index.md)", "(/nothing/)",
			`sites/apex/index.md:8:41 error link-target: site apex has no address /nothing/ (link to the Markdown file instead, relative to this one: ../folder/page.md)`},
		{"missing picture", "sites/apex/news/second.md", "(dot.svg", "(dott.svg",
			"sites/apex/news/dot.svg:0:0 warning unused-asset: no page uses this file (refer to it, or remove it)\n" +
				`sites/apex/news/second.md:11:1 error image-missing: there is no picture dott.svg (did you mean "dot.svg"?)`},
		{"picture of another site", "sites/shop/lamp.md", "Switch it on.", "![A dot](../apex/news/dot.svg)",
			`sites/shop/lamp.md:15:1 error image-elsewhere`},
		{"missing alt text", "sites/apex/news/second.md", "![A dot]", "![]",
			`sites/apex/news/second.md:11:1 error image-alt`},
		{"heading order", "sites/shop/lamp.md", "## Use\n", "## Use\n\n#### Deep\n",
			`sites/shop/lamp.md:15:1 warning heading-order`},
		{"doubled id", "sites/shop/lamp.md", "## Use\n", "## Use {#use}\n\n## Again {#use}\n",
			`sites/shop/lamp.md:15:10 error duplicate-id`},
		{"alias that is taken", "sites/apex/news/second.md", "/old-second/", "/news/first/",
			`sites/apex/news/second.md:7:11 error duplicate-url: address /news/first/ of site apex is taken by sites/apex/news/first.md (rename one of the two files, or remove the alias)`},
		{"alias that leaves the site", "sites/apex/news/second.md", "/old-second/", "//elsewhere.example/",
			`sites/apex/news/second.md:7:11 error alias: alias "//elsewhere.example/" is not a path on this site (write it from the root, such as /old-address/)`},
		{"contrast", "sites/shop/site.yaml", `accent: "#8a4b00"`, `accent: "#e8a13c"`,
			`sites/shop/site.yaml:8:114 error contrast: light: accent #e8a13c on background #ffffff has a contrast of 2.18:1`},
		{"host outside the domain", "sites/shop/site.yaml", "host: shop.example.com", "host: shop.example.org",
			`sites/shop/site.yaml:3:7 error host: host shop.example.org is not below the company's domain example.com (one cookie serves all sites, so they share a domain)`},
		{"host of another site", "sites/shop/site.yaml", "host: shop.example.com", "host: example.com",
			`sites/shop/site.yaml:3:7 error host: host example.com is that of sites/apex/site.yaml too (give each site its own host)`},
		{"navigation to nowhere", "sites/apex/site.yaml", "news/index.md", "new/index.md",
			`sites/apex/site.yaml:6:25 error link-target: there is no file new/index.md`},
		{"related product", "sites/shop/lamp.md", "../apex/news/first.md", "bulb.md",
			`sites/shop/lamp.md:11:13 error link-target: there is no file bulb.md`},
		{"list of nothing", "sites/apex/index.md", "of: news", "of: nws",
			`sites/apex/index.md:6:12 error link-target: there is no folder nws with pages`},
		{"raw HTML", "sites/shop/lamp.md", "Switch it on.", "Switch <b>it</b> on.",
			`sites/shop/lamp.md:15:8 warning raw-html`},
		{"dangerous link", "sites/shop/lamp.md", "Switch it on.", "Switch [it](javascript:alert(1)) on.",
			`sites/shop/lamp.md:15:8 warning link-scheme`},
		{"draft that is linked", "sites/apex/news/second.md", "title: Second", "title: Second\ndraft: true",
			`sites/apex/news/first.md:10:14 error link-target: page second.md is a draft (link to it once it is public)`},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := newWorld(t, "")
			f.replace(test.file, test.old, test.new)
			got := check(t, f)
			if !strings.HasPrefix(got, test.want) || !strings.Contains(test.want, "unused-asset") && strings.Count(got, "\n") > 2 {
				t.Errorf("got\n%swant\n%s", got, test.want)
			}
		})
	}
}

func TestCheckFiles(t *testing.T) {
	for _, test := range []struct{ name, changes, want string }{
		{"two files, one address", "-- sites/shop/lamp/index.md --\n---\ntitle: Lamps\ndescription: All lamps.\n---\n",
			`sites/shop/lamp/index.md:1:1 error duplicate-url: address /lamp/ of site shop is taken by sites/shop/lamp.md (rename one of the two files, or remove the alias)`},
		{"page and generated page", "-- sites/apex/tags/light.md --\n---\ntitle: Light\ndescription: Light.\n---\n",
			`sites/apex/tags/light.md:1:1 error duplicate-url: address /tags/light/ of site apex is taken by the generated page of tag light`},
		{"file and generated file", "-- sites/apex/robots.txt --\nUser-agent: *\n",
			`sites/apex/robots.txt:0:0 error duplicate-url: address /robots.txt of site apex is taken by the generated robots.txt`},
		{"file and feed", "-- sites/apex/news/feed.atom --\nx\n",
			`sites/apex/news/feed.atom:0:0 error duplicate-url: address /news/feed.atom of site apex is taken by the feed of sites/apex/news/index.md`},
		{"file in a page's place", "-- sites/shop/lamp/index.html --\nx\n",
			`sites/shop/lamp/index.html:0:0 error duplicate-url: address /lamp/ of site shop is taken by sites/shop/lamp.md`},
		{"file that would be served for a page", "-- sites/shop/lamp/index.html.gz --\nx\n",
			`sites/shop/lamp/index.html.gz:0:0 error duplicate-url: address /lamp/index.html.gz of site shop is taken by sites/shop/lamp.md`},
		{"file where a folder is needed", "-- sites/shop/lamp --\nx\n",
			"sites/shop/lamp:0:0 warning unused-asset: no page uses this file (refer to it, or remove it)\n" +
				"sites/shop/lamp.md:1:1 error duplicate-url: address /lamp of site shop is taken by sites/shop/lamp"},
		{"file among the styles", "-- sites/shop/assets/map.svg --\n<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 2 2\"/>\n",
			`sites/shop/assets/map.svg:0:0 error duplicate-url: the folder assets of a site is kept for its styles`},
		{"alias of itself", "-- sites/shop/torch.md --\n---\ntitle: Torch\ndescription: A torch.\naliases: [/torch]\n---\n",
			`sites/shop/torch.md:4:11 error duplicate-url: address /torch/ of site shop is taken by sites/shop/torch.md`},
		{"alias in a file", "-- sites/shop/torch.md --\n---\ntitle: Torch\ndescription: A torch.\naliases: [/404.html/x/]\n---\n",
			`sites/shop/torch.md:4:11 error duplicate-url: address /404.html of site shop is taken by sites/shop/404.md`},
		{"alias twice", "-- sites/shop/torch.md --\n---\ntitle: Torch\ndescription: A torch.\naliases: [/x, /x/]\n---\n",
			`sites/shop/torch.md:4:15 error duplicate-url: address /x/ of site shop is taken by sites/shop/torch.md`},
		{"site in capitals", "-- sites/Blog/site.yaml --\ntitle: Blog\n-- sites/Blog/index.md --\n---\ntitle: A\ndescription: B.\n---\n-- sites/Blog/404.md --\n---\ntitle: A\ndescription: B.\n---\n",
			`sites/Blog:0:0 error site: the folder's name "Blog" is no name for a site`},
		{"two products, one number", "-- sites/shop/torch.md --\n---\ntitle: Torch\ndescription: A torch.\nlayout: product\nproduct: {sku: LMP-1, price: 1, availability: in-stock, specifications: {Power: 1 W}}\n---\n",
			`sites/shop/torch.md:5:16 error duplicate-sku: sku LMP-1 is that of sites/shop/lamp.md too (give each product its own)`},
		{"unused file", "-- sites/shop/spare.svg --\n<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 2 2\"/>\n",
			`sites/shop/spare.svg:0:0 warning unused-asset: no page uses this file (refer to it, or remove it)`},
		{"folder without site.yaml", "-- sites/telecom/index.md --\n---\ntitle: A\ndescription: B.\n---\n",
			`sites/telecom:0:0 error site: the folder has no site.yaml (each folder below sites/ is a site and needs one)`},
		{"capital letters", "-- sites/shop/Torch.md --\n---\ntitle: Torch\ndescription: A torch.\n---\n",
			`sites/shop/Torch.md:0:0 error file-name: file name has the character 'T' (file names become addresses: use a-z, 0-9 and hyphens)`},
		{"damaged picture", "-- sites/shop/lamp.png --\nnot a picture\n",
			`sites/shop/lamp.png:0:0 error picture: the picture can't be used: `},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := check(t, newWorld(t, test.changes)); !strings.HasPrefix(got, test.want) {
				t.Errorf("got\n%swant\n%s", got, test.want)
			}
		})
	}
}

func TestCheckLinksOutOfContent(t *testing.T) {
	f := newWorld(t, "")
	secret := filepath.Join(t.TempDir(), "secret.md")
	if err := os.WriteFile(secret, []byte("---\ntitle: Secret\ndescription: Of the machine.\n---\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, target := range map[string]string{"out.md": secret, "gone.md": "nothing.md", "up": "../../.."} {
		if err := os.Symlink(target, filepath.Join(f.dir, "sites/shop", name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("lamp.md", filepath.Join(f.dir, "sites/shop/light.md")); err != nil {
		t.Fatal(err)
	}
	got := check(t, f)
	for _, want := range []string{
		"sites/shop/out.md:0:0 error symlink: is a symbolic link that leads out of the content folder",
		"sites/shop/gone.md:0:0 error symlink: is a symbolic link to a file that doesn't exist",
		"sites/shop/up:0:0 error symlink: ",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("got\n%swant\n%s", got, want)
		}
	}
	if strings.Contains(got, "sites/shop/light.md:0:0 error symlink") {
		t.Errorf("a link within the content is refused:\n%s", got)
	}
}

// TestCheckAllAtOnce wants problems of several kinds and files together, the
// ones of a costly file included.
func TestCheckAllAtOnce(t *testing.T) {
	f := newWorld(t, "")
	f.replace("sites/apex/news/first.md", "tags: [light]", "tgas: [light]")
	f.replace("sites/shop/lamp.md", "related: [../apex/news/first.md]", "related: [nothing.md]")
	f.write("sites/shop/deep.md", "---\ntitle: "+strings.Repeat("[", 60_000)+"\n---\n")
	f.write("sites/shop/large.md", "---\ntitle: "+strings.Repeat("a", 65<<10)+"\n---\n")
	got := check(t, f)
	for _, want := range []string{"first.md:6:1 error unknown-key", "lamp.md:11:13 error link-target", "deep.md:2:1 error yaml", "large.md:2:1 error yaml: more than 64 KiB"} {
		if !strings.Contains(got, want) {
			t.Errorf("got\n%swant %s", got, want)
		}
	}
}
