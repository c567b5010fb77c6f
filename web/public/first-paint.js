// Runs before the first paint so that a phone set to night never flashes white.
// The same rule as src/shared/theme.ts; a unit test compares the two.
(function () {
  var choice = null;
  try {
    choice = localStorage.getItem("wardlight.theme");
  } catch (ignored) {
    choice = null;
  }
  var hour = new Date().getHours();
  var theme = choice;
  if (choice === "clock") theme = hour >= 20 || hour < 7 ? "night" : "day";
  if (theme === "day" || theme === "dark" || theme === "night") {
    document.documentElement.dataset.theme = theme;
  }
})();
