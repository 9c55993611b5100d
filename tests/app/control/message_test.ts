import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import {
  type Answer,
  ASKS,
  formatAnswer,
  formatAsk,
  parseAnswer,
  parseAsk,
  receiveFault,
  sendFault,
} from "../../../lib/app/control/message.ts";
import { Fault, isFault } from "../../../lib/fault/fault.ts";

const secrets = { token: "a".repeat(64), proof: "b".repeat(64) };

Deno.test("what is asked is read again, and only by whoever has the token", () => {
  for (const ask of ASKS) {
    strictEqual(parseAsk(formatAsk(ask, secrets), secrets), ask);
    strictEqual(parseAsk(formatAsk(ask, { ...secrets, token: "a".repeat(63) + "b" }), secrets), null);
  }
});

Deno.test("what is no question with the right token is none, whatever it is", () => {
  const { token } = secrets;
  const table: [string, unknown][] = [
    ["", null],
    ["null", null],
    ["[]", null],
    ["7", null],
    ["POST / HTTP/1.1", null],
    [JSON.stringify({ ask: "stop" }), null],
    [JSON.stringify({ version: 1, token: "", ask: "stop" }), null],
    [JSON.stringify({ version: 1, token: [token], ask: "stop" }), null],
    [JSON.stringify({ version: 1, token: secrets.proof, ask: "stop" }), null],
    [JSON.stringify({ version: 1, token, ask: "dance" }), "unknown"],
    [JSON.stringify({ version: 1, token, ask: ["stop"] }), "unknown"],
    [JSON.stringify({ version: 2, token, ask: "stop" }), "unknown"],
  ];
  for (const [line, expected] of table) strictEqual(parseAsk(line, secrets), expected, line);
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (line) => {
    strictEqual(parseAsk(line, secrets), null);
    strictEqual(parseAnswer(line, secrets), null);
  }));
});

Deno.test("an answer is read again behind blanks, and only with the proof", () => {
  const answer: Answer = { kind: "done", outcome: { did: "unregister", was: true } };
  const line = formatAnswer(answer, secrets);
  deepStrictEqual(parseAnswer(`   ${line}`, secrets), answer);
  strictEqual(parseAnswer(line, { ...secrets, proof: secrets.token }), null);
  deepStrictEqual(parseAnswer(JSON.stringify({ version: 2, proof: secrets.proof }), secrets), { kind: "unknown" });
  strictEqual(line.includes(secrets.token), false);
});

Deno.test("a fault comes out as it went in; one of another version is an error", () => {
  const fault = receiveFault(JSON.parse(JSON.stringify(sendFault(
    new Fault("tracker-silent", { address: "10.0.0.1:13377", seconds: 7 }),
  ))));
  ok(isFault(fault, "tracker-silent"));
  deepStrictEqual(fault.values, { address: "10.0.0.1:13377", seconds: 7 });
  for (const code of ["of-tomorrow", "constructor", "__proto__"]) {
    const error = receiveFault({ code, values: {} });
    strictEqual(error instanceof Fault, false);
    strictEqual(error.message, code);
  }
});
