/**
 * Pointer capture for events that are dispatched again: browsers refuse to capture a pointer that is no longer down,
 * and a component that is told so stops in the middle of its handler (sliders do, when they are touched).
 *
 *     pointerdown  -> handler calls setPointerCapture(id) -> kept here
 *     pointermove  -> dispatched to the element that has the pointer; hasPointerCapture(id) is true
 *     pointerup    -> the same, then lostpointercapture
 */

export class PointerCapture {
  readonly #holders = new Map<number, Element>();

  /** The element that gets this event: the one that has captured its pointer, else `target`. */
  targetOf(event: Event, target: Element): Element {
    const holder = isPointer(event) ? this.#holders.get(event.pointerId) : undefined;
    return holder?.isConnected ? holder : target;
  }

  /** Dispatches the event. Handlers that capture or release its pointer meanwhile do so here. */
  dispatch(event: Event, target: Element): void {
    if (!isPointer(event)) {
      target.dispatchEvent(event);
      return;
    }
    this.#replaceNative(() => target.dispatchEvent(event));
    if (/^pointer(up|cancel)$/.test(event.type)) this.#release(event);
  }

  /** Pointers that are still down are captured in the browser. Call this when all events are dispatched. */
  finish(): void {
    for (const [pointer, element] of this.#holders) {
      try {
        element.setPointerCapture(pointer);
      } catch {
        // It has been released since.
      }
    }
    this.#holders.clear();
  }

  #replaceNative(dispatch: () => void): void {
    const holders = this.#holders;
    const { setPointerCapture, releasePointerCapture, hasPointerCapture } = Element.prototype;
    Object.assign(Element.prototype, {
      setPointerCapture(this: Element, pointer: number): void {
        holders.set(pointer, this);
      },
      releasePointerCapture(this: Element, pointer: number): void {
        if (holders.get(pointer) === this) holders.delete(pointer);
      },
      hasPointerCapture(this: Element, pointer: number): boolean {
        return holders.get(pointer) === this;
      },
    });
    try {
      dispatch();
    } finally {
      Object.assign(Element.prototype, { setPointerCapture, releasePointerCapture, hasPointerCapture });
    }
  }

  #release(event: PointerEvent): void {
    const holder = this.#holders.get(event.pointerId);
    if (!this.#holders.delete(event.pointerId)) return;
    const Kind = event.constructor as typeof PointerEvent;
    holder?.dispatchEvent(new Kind("lostpointercapture", event));
  }
}

function isPointer(event: Event): event is PointerEvent {
  return "pointerId" in event && event.type.startsWith("pointer");
}
