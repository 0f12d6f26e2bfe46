/** The app as files to take along. */

import { strFromU8, unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { oneFile, zipProject } from "../../src/playground/project";

const files = { "app.py": "é </script> <!-- \u2028", "assets/a.css": "" };
const start = new TextEncoder().encode(
  `<html><head><script type="application/json" id="pyrt-embedded">{}</script></head><body>\xff</body>`,
).buffer;

/** jsdom has no `Blob.text`. */
function textOf(blob: Blob): Promise<string> {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.readAsText(blob);
  });
}

describe("a project", () => {
  it("has the files, what it needs, and how it is run", () => {
    const content = unzipSync(zipProject(files, [{ name: "pandas", version: "2.3" }]));
    expect(Object.keys(content).sort()).toEqual([
      "app/README.md",
      "app/app.py",
      "app/assets/a.css",
      "app/requirements.txt",
    ]);
    expect(strFromU8(content["app/requirements.txt"] as Uint8Array)).toBe("dash\npandas>=2.3\n");
    expect(strFromU8(content["app/app.py"] as Uint8Array)).toBe(files["app.py"]);
  });

  it("keeps the app's own requirements", () => {
    const content = unzipSync(zipProject({ ...files, "requirements.txt": "mine" }, []));
    expect(strFromU8(content["app/requirements.txt"] as Uint8Array)).toBe("mine");
  });
});

describe("one file", () => {
  const image = new Uint8Array([0, 1, 255]).buffer;

  it("is the start with the app before its index, in ASCII", async () => {
    const added = [{ name: "a", image, unpacked: 9, page: [["a/a.js", image]] as const }];
    const text = await textOf(oneFile(start, files, added));
    const page = new DOMParser().parseFromString(text, "text/html");
    const source = page.getElementById("pyrt-source");
    expect(source?.nextElementSibling?.id).toBe("pyrt-embedded");
    expect(source?.textContent).toMatch(/^[\x20-\x7e]*$/);
    const image64 = btoa("\x00\x01\xff");
    expect(JSON.parse(source?.textContent ?? "")).toEqual({
      files,
      packages: [{ name: "a", image: image64, unpacked: 9, page: [["a/a.js", image64]] }],
    });
  });

  it("is made of a single file only", () => {
    expect(() => oneFile(new ArrayBuffer(9), files, [])).toThrow("no single file");
  });
});
