/**
 * A rule for `deno lint`: in lib/, nothing is spread into the arguments of a call. Each element takes a place on the
 * stack, so what has some 100,000 of them ends the program with `RangeError: Maximum call stack size exceeded`, and how
 * many come from a network, a disk or a terminal is decided there. A loop, or a spread into an array, has no such limit.
 */

/** What a person reads. */
const MESSAGE = "What is spread into arguments ends the program when it is long enough.";
const HINT = "Add elements in a loop, or spread them into an array.";

/** The rule `lib-arguments/no-spread`. */
const plugin: Deno.lint.Plugin = {
  name: "lib-arguments",
  rules: {
    "no-spread": {
      create(context): Deno.lint.LintVisitor {
        if (!/[\\/]lib[\\/]/.test(context.filename)) return {};
        const look = (args: readonly Deno.lint.Node[]): void => {
          for (const arg of args) {
            if (arg.type === "SpreadElement" && !isRestParameter(arg)) {
              context.report({ node: arg, message: MESSAGE, hint: HINT });
            }
          }
        };
        return {
          CallExpression(node): void {
            look(node.arguments);
            const { callee } = node;
            if (callee.type !== "MemberExpression" || callee.property.type !== "Identifier") return;
            if (callee.property.name === "apply") context.report({ node, message: MESSAGE, hint: HINT });
          },
          NewExpression: (node) => look(node.arguments),
        };
      },
    },
  },
};

/** Whether what is spread is the rest parameter of a function around it: it came through arguments itself. */
function isRestParameter(spread: Deno.lint.SpreadElement): boolean {
  const { argument } = spread;
  if (argument.type !== "Identifier") return false;
  let node: Deno.lint.Node = spread;
  while (node.type !== "Program") {
    node = (node as Deno.lint.SpreadElement).parent as Deno.lint.Node;
    const rest = "params" in node && Array.isArray(node.params) ? node.params.at(-1) as Deno.lint.Node : undefined;
    if (rest?.type === "RestElement" && rest.argument.type === "Identifier" && rest.argument.name === argument.name) {
      return true;
    }
  }
  return false;
}

export default plugin;
