// Keys for people who review many articles. Every page works without this file.
(function () {
  "use strict";
  function isTyping(element) {
    return element && (/^(TEXTAREA|SELECT)$/.test(element.tagName) || element.isContentEditable ||
      (element.tagName === "INPUT" && !/^(checkbox|submit|button)$/.test(element.type)));
  }
  // the letter that is on the key; on keyboards of other scripts the Latin letter in its place
  function letter(event) {
    if (/^[a-z]$/i.test(event.key)) { return event.key.toLowerCase(); }
    if (event.key === "?" || event.key === "/") { return event.key; }
    if (event.key.length === 1 && event.key > "\u007f" && /^Key[A-Z]$/.test(event.code)) {
      return event.code.charAt(3).toLowerCase();
    }
    if (event.code === "Slash") { return event.shiftKey ? "?" : "/"; }
    return "";
  }
  function all(selector) {
    return Array.from(document.querySelectorAll(selector));
  }
  function step(by) {
    var entries = all("a.entry");
    if (!entries.length) {
      var way = document.querySelector("a.next");
      if (by > 0 && way) { way.click(); } else if (by < 0) { history.back(); }
      return;
    }
    var at = entries.indexOf(document.activeElement);
    var to = entries[Math.min(entries.length - 1, Math.max(0, at + by))];
    to.focus();
    to.scrollIntoView({ block: "center" });
  }
  function pick() {
    var item = document.activeElement && document.activeElement.closest("li.queued");
    var box = item && item.querySelector("input[type=checkbox]");
    if (box) { box.checked = !box.checked; }
    return Boolean(box);
  }
  function toggle(details) {
    details.open = !details.open;
    if (details.open) {
      details.querySelector("summary").focus();
      details.scrollIntoView({ block: "center" });
    }
  }
  function press(key) {
    var bulk = document.querySelector('[data-bulk="' + key + '"]');
    if (bulk && document.querySelector("li.queued input:checked")) { bulk.click(); return true; }
    var wanted = document.querySelector('[data-key="' + key + '"]');
    if (!wanted) { return false; }
    if (wanted.tagName === "DETAILS") { toggle(wanted); }
    else if (wanted.tagName === "INPUT") {
      wanted.focus();
      wanted.setSelectionRange(wanted.value.length, wanted.value.length);
    }
    else { wanted.click(); }
    return true;
  }
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) { return; }
    if (isTyping(event.target)) {
      if (event.key === "Escape") { event.target.blur(); }
      return;
    }
    var key = letter(event);
    if (key === "/") { document.getElementById("find").focus(); }
    else if (key === "?") { toggle(document.getElementById("keys")); }
    else if (key === "j") { step(1); }
    else if (key === "k") { step(-1); }
    else if (key === "x") { if (!pick()) { return; } }
    else if (!key || !press(key)) { return; }
    event.preventDefault();
  });
  var every = document.getElementById("all");
  if (every) {
    every.parentElement.hidden = false;
    every.addEventListener("click", function () {
      var boxes = all("li.queued input[type=checkbox]");
      var isOn = boxes.some(function (box) { return !box.checked; });
      boxes.forEach(function (box) { box.checked = isOn; });
    });
  }
  var app = document.querySelector("link[rel=manifest]");
  if (app && "serviceWorker" in navigator && window.isSecureContext) {
    var place = app.getAttribute("href");
    navigator.serviceWorker.register(place.replace("manifest.webmanifest", "worker.js"), {
      scope: place.replace("-/manifest.webmanifest", "")
    }).catch(function () { /* the pages are as good without */ });
  }
})();
