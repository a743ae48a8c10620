/* page.js: what a page can do more with JavaScript: choose light or dark, and search. Without it every page reads the same. */
(function () {
  "use strict";
  var root = document.documentElement;
  var KEY = "beding-theme";

  function stored() {
    try { return localStorage.getItem(KEY); } catch (error) { return null; }
  }
  function isDark() {
    var chosen = root.getAttribute("data-theme");
    return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }

  var chosen = stored();
  if (chosen === "dark" || chosen === "light") root.setAttribute("data-theme", chosen);

  function themeButton() {
    var button = document.querySelector("[data-theme-button]");
    if (!button) return;
    function show() {
      button.setAttribute("aria-pressed", isDark() ? "true" : "false");
    }
    button.hidden = false;
    show();
    button.addEventListener("click", function () {
      var theme = isDark() ? "light" : "dark";
      root.setAttribute("data-theme", theme);
      try { localStorage.setItem(KEY, theme); } catch (error) { /* a page opened from disk may have no storage */ }
      show();
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
  }

  /* "/" goes to the search box, as long as nobody is typing. */
  function searchKey() {
    document.addEventListener("keydown", function (event) {
      var box = document.querySelector("input[type=search]");
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || !box) return;
      if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
      event.preventDefault();
      box.focus();
      box.select();
    });
  }

  /* Lower case without accents or the underscores of names. */
  function folded(text) {
    return text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/_/g, " ");
  }

  /* A name that holds a word weighs most, one that begins with it more still; then its text. All words must occur. */
  function weigh(entry, words) {
    var total = 0;
    for (var i = 0; i < words.length; i++) {
      var inName = entry.folded.indexOf(words[i]);
      var weight = inName === 0 ? 4 : inName > 0 ? 3 : entry.rest.indexOf(words[i]) >= 0 ? 1 : 0;
      if (weight === 0) return 0;
      total += weight;
    }
    return total;
  }

  function shortened(text, words) {
    var at = folded(text).indexOf(words[0]);
    if (text.length <= 180) return text;
    var from = at > 60 ? text.lastIndexOf(" ", at - 50) + 1 : 0;
    var to = text.indexOf(" ", from + 170);
    return (from > 0 ? "\u2026 " : "") + (to < 0 ? text.slice(from) : text.slice(from, to) + " \u2026");
  }

  function result(entry, words) {
    var item = document.createElement("li");
    var link = document.createElement("a");
    link.href = entry.u;
    link.textContent = entry.n;
    item.appendChild(link);
    var kind = document.createElement("span");
    kind.className = "kind";
    kind.textContent = entry.k;
    item.appendChild(kind);
    if (entry.t) {
      var text = document.createElement("p");
      text.textContent = shortened(entry.t, words);
      item.appendChild(text);
    }
    return item;
  }

  function search() {
    var data = document.getElementById("search-index");
    var list = document.getElementById("search-results");
    var said = document.getElementById("search-said");
    var all = document.getElementById("search-all");
    var box = document.querySelector("input[type=search]");
    if (!data || !list || !box) return;
    var entries = JSON.parse(data.textContent).map(function (entry) {
      entry.folded = folded(entry.n);
      entry.rest = folded(entry.n + " " + entry.k + " " + (entry.t || ""));
      return entry;
    });
    function show() {
      var words = folded(box.value).split(/\s+/).filter(Boolean);
      list.textContent = "";
      all.hidden = words.length > 0;
      said.textContent = "";
      if (words.length === 0) return;
      var found = entries.map(function (entry, place) {
        return { entry: entry, weight: weigh(entry, words), place: place };
      }).filter(function (row) { return row.weight > 0; });
      found.sort(function (a, b) { return b.weight - a.weight || a.place - b.place; });
      found.slice(0, 100).forEach(function (row) { list.appendChild(result(row.entry, words)); });
      said.textContent = found.length === 0 ? said.getAttribute("data-none")
        : found.length === 1 ? said.getAttribute("data-one") : said.getAttribute("data-many").replace("#", found.length);
    }
    var asked = new URLSearchParams(location.search).get("q");
    if (asked) box.value = asked;
    box.form.addEventListener("submit", function (event) { event.preventDefault(); show(); });
    box.addEventListener("input", show);
    show();
    if (asked === null || asked === "") box.focus();
  }

  document.addEventListener("DOMContentLoaded", function () {
    themeButton();
    searchKey();
    search();
  });
})();
