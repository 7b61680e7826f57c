// What the shell can do with script. Every page is complete without it.
(function () {
  "use strict";
  var root = document.documentElement;

  // Colours: light, dark, or as the system.
  var choices = document.querySelector(".theme-choice");
  function show(choice) {
    if (choice === "auto") delete root.dataset.theme; else root.dataset.theme = choice;
    choices.querySelectorAll("button").forEach(function (b) {
      b.setAttribute("aria-pressed", String(b.dataset.themeChoice === choice));
    });
    document.dispatchEvent(new CustomEvent("milepost:theme", { detail: choice }));
  }
  if (choices) {
    choices.hidden = false;
    show(root.dataset.theme || "auto");
    choices.addEventListener("click", function (e) {
      var b = e.target.closest("button");
      if (!b) return;
      show(b.dataset.themeChoice);
      try {
        if (b.dataset.themeChoice === "auto") localStorage.removeItem("milepost-theme");
        else localStorage.setItem("milepost-theme", b.dataset.themeChoice);
      } catch (err) { /* no storage: for this page only */ }
    });
  }

  // Print, with everything unfolded.
  var print = document.querySelector("[data-print]");
  if (print) {
    print.hidden = false;
    print.addEventListener("click", function () { window.print(); });
  }
  var opened = [];
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("main details:not([open])").forEach(function (d) {
      if (d.closest(".history")) return;
      d.open = true;
      opened.push(d);
    });
  });
  window.addEventListener("afterprint", function () {
    opened.splice(0).forEach(function (d) { d.open = false; });
  });

  // The menu closes with Escape and gives the focus back.
  var menu = document.querySelector(".menu");
  if (menu) menu.addEventListener("keydown", function (e) {
    if (e.key === "Escape" && menu.open) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // An old status says how old it is.
  function age(date) { return Math.floor((Date.now() - Date.parse(date)) / 864e5); }
  var status = document.querySelector(".foot time[datetime]");
  if (status && age(status.dateTime) > 14) status.textContent += " (" + age(status.dateTime) + " days old)";
  var headline = document.querySelector("[data-status]");
  if (headline && age(headline.dataset.status) > 14) headline.append(" This status is " + age(headline.dataset.status) + " days old.");

  // "On this page" marks the part that is being read.
  var entries = Array.from(document.querySelectorAll(".contents a"));
  var heads = entries.map(function (a) { return document.getElementById(decodeURIComponent(a.hash.slice(1))); });
  if (entries.length) {
    var pending = false;
    var mark = function () {
      pending = false;
      var at = 0;
      heads.forEach(function (h, i) { if (h && h.getBoundingClientRect().top < 140) at = i; });
      entries.forEach(function (a, i) { a.classList.toggle("here", i === at); });
    };
    window.addEventListener("scroll", function () {
      if (!pending) { pending = true; requestAnimationFrame(mark); }
    }, { passive: true });
    mark();
  }
})();
