/** What tests use of Node. */
declare module "node:child_process" {
  export function spawnSync(
    command: string,
    given: readonly string[],
    options: { readonly input: string; readonly encoding: "utf8" },
  ): { readonly stdout: string; readonly stderr: string; readonly status: number | null };
}
