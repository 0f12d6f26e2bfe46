/** How a page starts its worker. A single file starts it ahead, and must do it in the same way (embedded/workers.ts). */
export const pageWorker: Readonly<WorkerOptions> = { type: "module", name: "pyrt" };
