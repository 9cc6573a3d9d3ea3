export function compileKernels(): Promise<string>;
export function committedKernels(): string;
