/** A loader for examples that lie outside the workspace: their packages are those of a manifest, such as the command line's. */
export function hookFor(manifest: string): string {
  const hooks = `export const resolve = (name, context, next) =>
  next(name, name.startsWith("@earshot/") ? { ...context, parentURL: ${JSON.stringify(`file://${manifest}`)} } : context);`;
  const source = `import { register } from "node:module";
register("data:text/javascript,${encodeURIComponent(hooks)}");`;
  return `data:text/javascript,${encodeURIComponent(source)}`;
}
