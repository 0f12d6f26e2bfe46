/** Keys of elements that are buttons by their role only. */

/** A handler of `keydown` that does what a button does: Enter and the space bar press it. */
export function onActivationKey(press: () => void): (event: React.KeyboardEvent) => void {
  return (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault(); // of the space bar: scrolling
    press();
  };
}
