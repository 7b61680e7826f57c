// Package preview shows a site while its author writes it: it serves the built
// files from memory, watches the author's folder, builds again when something
// changed, and tells open pages to reload.
//
// Three parts work together. A watcher answers one question: did the inputs
// change? Events of the operating system only make it look sooner; what it
// believes is the content of the files. A server serves one immutable
// snapshot of the site, replaced as a whole by one atomic pointer, so that no
// answer ever mixes two builds. [Run] ties them: change, build, swap, reload.
//
// A build that fails replaces nothing. The last good site stays, and its pages
// show the problems on top until they are fixed.
//
// A plan holds names and money that are not published yet, so the server
// listens on the loopback interface, answers only requests that name it by a
// local name or an address (a web page elsewhere cannot reach it through a DNS
// name of its own), and sends no permission to other origins.
package preview
