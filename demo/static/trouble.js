"use strict";
const tell = (text) => {
  document.querySelector(".said").textContent = text;
};
document.getElementById("throw").addEventListener("click", () => {
  tell("An error was thrown.");
  const order = undefined;
  order.total.toFixed(2);
});
document.getElementById("reject").addEventListener("click", () => {
  tell("A promise was rejected, and nobody was listening.");
  Promise.reject(new Error("The roaster did not answer"));
});
