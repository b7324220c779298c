/* Names for screen readers where Django's admin gives none: cells of a tabular inline, search boxes of references. */
(() => {
  "use strict";

  function nameCells(root) {
    for (const cell of root.querySelectorAll(".tabular tbody td[class]")) {
      const field = [...cell.classList].find((name) => name.startsWith("field-"));
      const head = field && cell.closest("table").querySelector(`th.${field.replace("field-", "column-")}`);
      const words = cell.classList.contains("delete") ? "Hapus baris ini" : head && head.textContent.trim();
      if (!words) continue;
      for (const input of cell.querySelectorAll("input, select, textarea")) input.setAttribute("aria-label", words);
    }
  }

  function nameReferences(root) {
    for (const select of root.querySelectorAll("select.admin-autocomplete")) {
      const words = select.labels[0]?.textContent.trim() || select.getAttribute("aria-label");
      const box = select.nextElementSibling?.querySelector(".select2-selection");
      if (!words || !box) continue;
      box.removeAttribute("aria-labelledby");
      for (const part of [box, box.querySelector(".select2-selection__rendered")]) part.setAttribute("aria-label", words);
    }
  }

  function nameAll(root) {
    nameCells(root);
    nameReferences(root);
  }

  nameCells(document);
  // select2 builds its boxes in jQuery's ready; what is registered later runs later.
  if (window.django?.jQuery) window.django.jQuery(() => nameReferences(document));
  document.addEventListener("formset:added", (event) => nameAll(event.target.closest(".inline-group") || document));
})();
