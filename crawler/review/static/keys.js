// Keys for people who review many articles. Every page works without this file.
(function () {
  "use strict";
  function isTyping(element) {
    return element && (/^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName) || element.isContentEditable);
  }
  function entries() {
    return Array.from(document.querySelectorAll("a.entry"));
  }
  function step(by) {
    var all = entries();
    if (!all.length) {
      var way = document.querySelector("a.next");
      if (by > 0 && way) { way.click(); } else if (by < 0) { history.back(); }
      return;
    }
    var at = all.indexOf(document.activeElement);
    var to = all[Math.min(all.length - 1, Math.max(0, at + by))];
    to.focus();
    to.scrollIntoView({ block: "center" });
  }
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (isTyping(event.target)) {
      if (event.key === "Escape") { event.target.blur(); }
      return;
    }
    var wanted = /^[a-z]$/.test(event.key) && document.querySelector('[data-key="' + event.key + '"]');
    if (event.key === "/") { document.getElementById("find").focus(); }
    else if (event.key === "j") { step(1); }
    else if (event.key === "k") { step(-1); }
    else if (wanted && wanted.tagName === "INPUT") { wanted.focus(); }
    else if (wanted) { wanted.click(); }
    else { return; }
    event.preventDefault();
  });
})();
