// Runs before the first paint (no defer): applies the kept choice of light or dark, so the page never flashes.
(function () {
  "use strict";
  var KEY = "renstra-tampilan";
  var MEDIA = { terang: "not all", gelap: "screen", otomatis: "screen and (prefers-color-scheme: dark)" };

  function kept() {
    try {
      var value = window.localStorage.getItem(KEY);
      return value in MEDIA ? value : "otomatis";
    } catch (error) {
      return "otomatis"; // storage is switched off: follow the system
    }
  }

  function apply(choice) {
    var link = document.getElementById("tokens-dark");
    if (link) link.media = MEDIA[choice];
  }

  apply(kept());

  document.addEventListener("DOMContentLoaded", function () {
    var select = document.getElementById("tampilan");
    if (!select) return;
    select.value = kept();
    select.closest("[hidden]").hidden = false; // without JavaScript the page follows the system and shows no switch
    select.addEventListener("change", function () {
      try {
        window.localStorage.setItem(KEY, select.value);
      } catch (error) {
        // not kept, still applied to this page
      }
      apply(select.value);
    });
  });
})();
