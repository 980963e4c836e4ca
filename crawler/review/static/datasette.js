// What Datasette's own pages keep in inline scripts, which our policy does not run.
var DATASETTE_ALLOW_FACET = true;
document.addEventListener("DOMContentLoaded", function () {
  "use strict";
  var input = document.getElementById("sql-editor");
  var format = document.getElementById("sql-format");
  if (!input || typeof CodeMirror === "undefined") { return; }
  var editor = CodeMirror.fromTextArea(input, { lineNumbers: true, mode: "text/x-sql", lineWrapping: true });
  editor.getInputField().setAttribute("aria-label", "SQL");
  editor.setOption("extraKeys", { "Shift-Enter": function () { input.form.submit(); }, Tab: false });
  if (format && typeof sqlFormatter !== "undefined") {
    format.hidden = false;
    format.addEventListener("click", function () { editor.setValue(sqlFormatter.format(editor.getValue())); });
  }
});
