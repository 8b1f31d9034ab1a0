// Tells the reader when a passkey or security key was not used: allauth's script writes it to the console only.
// The sentence stands in data-failed of this script's element.
(function () {
  "use strict";
  const failed = document.currentScript.dataset.failed;

  document.addEventListener("allauth.error", function (event) {
    event.preventDefault();
    document.getElementById("passkey-failed")?.remove();
    const notice = document.createElement("p");
    notice.id = "passkey-failed";
    notice.className = "notice error";
    notice.setAttribute("role", "alert");
    notice.textContent = failed;
    document.querySelector("main h1").after(notice);
  });
})();
