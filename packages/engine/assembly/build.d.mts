type Builds = Record<"plain" | "relaxed", Buffer>;
export function compileKernels(): Promise<Builds>;
export function committedKernels(): Builds;
