/** Ids of components and of their properties, and their text form. */

import { type Dictionary, isDictionary } from "../wire/json";
import type { ComponentId, DryComponent } from "../wire/protocol";

/** `btn` for a string id, `{"index":1,"type":"x"}` for a dictionary, with keys in the order of their code units. */
export function formatId(id: ComponentId): string {
  return typeof id === "string"
    ? id
    : `{${sortedKeys(id)
        .map((key) => formatEntry(key, id[key]))
        .join(",")}}`;
}

/** The inverse of `formatId`. A string id never begins with a brace (S-12). */
export function parseId(text: string): ComponentId {
  return text.startsWith("{") ? (JSON.parse(text) as Dictionary) : text;
}

/** The id of a component, if it has one. */
export function idOf({ props }: DryComponent): ComponentId | undefined {
  return (props.id as ComponentId | undefined) || undefined;
}

export function formatPropId(id: ComponentId, property: string): string {
  return `${formatId(id)}.${property}`;
}

/** Property names contain no dots; dictionary ids may. */
export function parsePropId(propId: string): { id: string; property: string } {
  const dot = propId.lastIndexOf(".");
  return { id: propId.slice(0, dot), property: propId.slice(dot + 1) };
}

/** The property without the `@hash` that marks a duplicate output (S-9). */
export function withoutHash(property: string): string {
  const mark = property.indexOf("@");
  return mark < 0 ? property : property.slice(0, mark);
}

export function sortedKeys(id: Dictionary): string[] {
  return Object.keys(id).sort();
}

function formatEntry(key: string, value: unknown): string {
  const wild = isDictionary(value) && typeof value.wild === "string" ? value.wild : undefined;
  return `${JSON.stringify(key)}:${wild ?? JSON.stringify(value)}`;
}
