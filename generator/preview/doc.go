// Package preview shows a site while its author writes it: it serves the built
// files from memory, watches the author's folder, builds again when something
// changed, and lets open pages follow.
//
// Three parts work together. A watcher answers one question: did the inputs
// change? Events of the operating system only make it look sooner; what it
// believes is the content of the files. A server serves one immutable
// snapshot of the site, replaced as a whole by one atomic pointer, so that no
// answer ever mixes two builds. [Run] ties them: change, build, swap, tell.
//
// An open page listens to server-sent events. It is told what it looks like now:
// an id of itself with the scripts and pictures that it uses, and one of each
// style sheet ([look]). It knows the ids that it was loaded with, so it loads
// itself anew only if it shows something else, and exchanges styles alone if
// only they differ. That holds as well after the server was started again, and
// for a tab that was hidden, which gives its connection back meanwhile.
//
// A build that fails replaces nothing. The last good site stays, and its pages
// show the problems on top until they are fixed. Problems come as data; the page
// makes text of them and never HTML.
//
// A plan holds names and money that are not published yet, so the server
// listens on the loopback interface, and answers only requests that name it as
// it is known and that do not come from pages of other sites (see guard).
package preview
