// Lets an open page follow the site while its author writes: reloads it if what
// it shows has changed, exchanges its styles if only they have, and shows what
// is wrong. Only the preview adds this script.
import { keep, restore } from "./place.js";
import { show, silence, speak } from "./overlay.js";

const own = document.querySelector('script[src$="/.milepost/reload.js"]').dataset;
const page = own.page; // "" on the page that stands for a site before its first build
let styles = own.styles ? own.styles.split(" ") : [];

// Of each style sheet its links: the one that counts is last, others wait until
// that one is loaded.
const links = [...document.querySelectorAll('link[rel~="stylesheet" i]')].map((link) => [link]);

function reload() {
  close();
  keep();
  location.reload();
}

// swap exchanges the style sheets that have changed. The old one goes when the
// new one is there, so that the page is never seen without.
function swap(wanted) {
  wanted.forEach((style, i) => {
    if (style.id === styles[i]) return;
    const old = links[i].at(-1);
    const fresh = old.cloneNode();
    const same = style.href === old.getAttribute("href");
    fresh.href = same ? style.href + (style.href.includes("?") ? "&" : "?") + "milepost=" + style.id : style.href;
    fresh.addEventListener("load", () => {
      while (links[i].includes(fresh) && links[i][0] !== fresh) links[i].shift().remove();
    });
    fresh.addEventListener("error", reload);
    links[i].push(fresh);
    old.after(fresh);
  });
  styles = wanted.map((style) => style.id);
}

// moved returns where this page is in a site that now lives below another path.
function moved(base) {
  if (!page || !base || base === own.base || !location.pathname.startsWith(own.base)) return "";
  return base + location.pathname.slice(own.base.length) + location.search + location.hash;
}

function receive(state) {
  const place = moved(state.base);
  if (place) {
    location.replace(place);
    return;
  }
  if (state.goTo && new URL(state.goTo, location).pathname !== location.pathname) {
    location.assign(state.goTo);
    return;
  }
  if (!page) {
    // The page lists the problems itself.
    if (state.page || state.problemsId !== own.problems) reload();
    return;
  }
  const wanted = state.styles ?? [];
  // A server that was started again may have no good site yet.
  if (state.page) {
    const changed = wanted.some((style, i) => style.id !== styles[i]);
    if (state.page !== page || wanted.length !== styles.length || changed && links.length !== styles.length) {
      reload();
      return;
    }
    swap(wanted);
  }
  show(state);
}

let stream = null;
let again = 0; // timer of the next attempt, if the browser gave up
let lost = 0; // timer that tells of a lost server

function open() {
  if (stream) return;
  stream = new EventSource("/.milepost/events?page=" + encodeURIComponent(location.pathname));
  stream.onopen = () => {
    clearTimeout(lost);
    lost = 0;
    speak();
  };
  stream.onmessage = (event) => receive(JSON.parse(event.data));
  stream.onerror = () => {
    if (page && !lost) lost = setTimeout(silence, 3000);
    if (stream?.readyState !== EventSource.CLOSED) return; // it tries again by itself
    close();
    again = setTimeout(open, 1000);
  };
}

function close() {
  clearTimeout(again);
  if (stream) stream.close();
  stream = null;
}

// Browsers open at most six connections to one host, so a tab that nobody looks
// at gives its connection back. It learns the news when it is shown.
document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
addEventListener("pagehide", close);
addEventListener("pageshow", () => {
  if (!document.hidden) open();
});
restore();
if (!document.hidden) open();
