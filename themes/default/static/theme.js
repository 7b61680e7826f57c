// Takes the colours the reader chose before, before the first paint.
(function () {
  try {
    var choice = localStorage.getItem("milepost-theme");
    if (choice === "light" || choice === "dark") document.documentElement.dataset.theme = choice;
  } catch (e) { /* no storage: as the system */ }
})();
