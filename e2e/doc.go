// Package e2e tests the sites as visitors and editors meet them: it builds
// the real program, lets it build and serve a copy of the content, and opens
// the pages in Chromium.
//
// It is a module of its own, which imports nothing of the product, so that
// the browser's driver stays out of the product's go.mod. All of it is tests.
//
// # What is held
//
//   - Journeys: every site opens and leads to the others; keyboard, narrow
//     and wide windows, large type, dark and light, print, no JavaScript.
//   - Policies: a visitor finds the one in force, its other versions and what
//     changed, by keyboard, on paper, by screen reader; an editor takes a
//     version from draft to publication.
//   - What the edge makes for each visitor: choices and receipts without a
//     script, notices since the version that they saw, Global Privacy Control,
//     the edge alone, and pages that a CDN keeps.
//   - The live preview: a saved file shows in the open page, a mistake too.
//   - Accessibility: axe-core finds nothing on any kind of page.
//   - The files of a build for production: the Nu HTML checker finds no
//     error; links, feeds, sitemaps, structured data and weight are right.
//
// In every journey the browser may report nothing: no error in the console,
// no exception, no breach of the content security policy, no request that
// fails or leaves for another host.
//
// # Running
//
// Chromium (or $CHROMIUM) and Java come from the system, the checkers from
// npm, at the versions of package-lock.json:
//
//	apt-get install chromium default-jre-headless
//	npm ci
//	go test -count=1 ./...
//
// Without -count=1 go test may repeat an old result: it doesn't see that the
// program or the content changed. What is not installed makes a test skip;
// where the environment says CI=true it fails instead.
//
// TestScreenshots and TestPersonalPages leave pictures of every kind of page in
// output/, for people to look at.
package e2e
