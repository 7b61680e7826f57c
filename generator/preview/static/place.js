// Keeps the reader's place over a reload: how far everything is scrolled, and
// what is folded open or closed.

const key = "milepost:place";

// As loaded; only what the reader changed is kept, so that an edit of the page
// can change the rest.
const before = new Map([...document.querySelectorAll("details")].map((d) => [d, d.open]));

// The author's edit may add or remove elements, so one is found again by what
// does not change easily: the nearest id above it and its own words.
function named(elements, words) {
  const seen = new Map();
  return [...elements].map((element) => {
    const above = element.closest("[id]")?.id ?? "";
    const name = [above, element.localName, words(element)].join(" ");
    const n = (seen.get(name) ?? 0) + 1;
    seen.set(name, n);
    return [`${name} ${n}`, element];
  });
}

const folds = () => named(document.querySelectorAll("details"), (d) => d.querySelector("summary")?.textContent.trim() ?? "");
const boxes = () => named(document.body.querySelectorAll("*"), (e) => e.getAttribute("class") ?? "");

export function keep() {
  const place = { path: location.pathname, x: scrollX, y: scrollY, folds: [], boxes: [] };
  for (const [name, d] of folds()) {
    if (d.open !== before.get(d)) place.folds.push([name, d.open]);
  }
  for (const [name, e] of boxes()) {
    if (e.scrollLeft || e.scrollTop) place.boxes.push([name, e.scrollLeft, e.scrollTop]);
  }
  try {
    sessionStorage.setItem(key, JSON.stringify(place));
  } catch {
    // No storage: the browser keeps the scroll position, as on any reload.
  }
}

export function restore() {
  let place = null;
  try {
    place = JSON.parse(sessionStorage.getItem(key));
    sessionStorage.removeItem(key);
  } catch {
    return;
  }
  if (place?.path !== location.pathname) return;
  const open = new Map(place.folds);
  for (const [name, d] of folds()) {
    if (open.has(name)) d.open = open.get(name);
  }
  const scrolled = new Map(place.boxes.map(([name, x, y]) => [name, [x, y]]));
  const scroll = () => {
    for (const [name, e] of scrolled.size ? boxes() : []) {
      const at = scrolled.get(name);
      if (at) e.scrollTo({ left: at[0], top: at[1], behavior: "instant" });
    }
    scrollTo({ left: place.x, top: place.y, behavior: "instant" });
  };
  scroll();
  // Pictures and other scripts may still change the height of the page. A reader
  // who scrolls meanwhile is left alone.
  const moves = ["wheel", "touchmove", "keydown", "pointerdown"];
  const end = () => {
    removeEventListener("load", late);
    for (const move of moves) removeEventListener(move, end);
  };
  const late = () => {
    scroll();
    end();
  };
  addEventListener("load", late);
  for (const move of moves) addEventListener(move, end, { passive: true });
}
