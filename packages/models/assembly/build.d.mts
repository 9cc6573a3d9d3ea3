/** The text of `src/core/kernels.generated.ts`, compiled now. */
export function compileKernels(): Promise<string>;
/** The same file as it is committed. */
export function committedKernels(): string;
