import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import {
  CONTROL_REQUESTS,
  type ControlResponse,
  decodeFault,
  encodeFault,
  formatControlRequest,
  formatControlResponse,
  parseControlRequest,
  parseControlResponse,
} from "../../../lib/app/control/message.ts";
import { Fault, isFault } from "../../../lib/fault/fault.ts";

const secrets = { token: "a".repeat(64), proof: "b".repeat(64) };

Deno.test("a request can be read back, and only with the token", () => {
  for (const request of CONTROL_REQUESTS) {
    strictEqual(parseControlRequest(formatControlRequest(request, secrets), secrets), request);
    strictEqual(
      parseControlRequest(formatControlRequest(request, { ...secrets, token: "a".repeat(63) + "b" }), secrets),
      null,
    );
  }
});

Deno.test("anything but a request with the right token is rejected", () => {
  const { token } = secrets;
  const table: [string, unknown][] = [
    ["", null],
    ["null", null],
    ["[]", null],
    ["7", null],
    ["POST / HTTP/1.1", null],
    [JSON.stringify({ request: "stop" }), null],
    [JSON.stringify({ version: 1, token: "", request: "stop" }), null],
    [JSON.stringify({ version: 1, token: [token], request: "stop" }), null],
    [JSON.stringify({ version: 1, token: secrets.proof, request: "stop" }), null],
    [JSON.stringify({ version: 1, token, request: "dance" }), "unknown"],
    [JSON.stringify({ version: 1, token, request: ["stop"] }), "unknown"],
    [JSON.stringify({ version: 2, token, request: "stop" }), "unknown"],
  ];
  for (const [line, expected] of table) strictEqual(parseControlRequest(line, secrets), expected, line);
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (line) => {
    strictEqual(parseControlRequest(line, secrets), null);
    strictEqual(parseControlResponse(line, secrets), null);
  }));
});

Deno.test("a response is parsed, also with blanks around it, but only with the proof", () => {
  const answer: ControlResponse = { kind: "stopped" };
  const line = formatControlResponse(answer, secrets);
  deepStrictEqual(parseControlResponse(`   ${line}`, secrets), answer);
  strictEqual(parseControlResponse(line, { ...secrets, proof: secrets.token }), null);
  deepStrictEqual(parseControlResponse(JSON.stringify({ version: 2, proof: secrets.proof }), secrets), {
    kind: "unknown",
  });
  strictEqual(line.includes(secrets.token), false);
});

Deno.test("a fault is decoded as it was encoded; an unknown fault of another version is an error", () => {
  const fault = decodeFault(JSON.parse(JSON.stringify(encodeFault(
    new Fault("tracker-silent", { address: "10.0.0.1:13377", seconds: 7 }),
  ))));
  ok(isFault(fault, "tracker-silent"));
  deepStrictEqual(fault.values, { address: "10.0.0.1:13377", seconds: 7 });
  for (const code of ["of-tomorrow", "constructor", "__proto__"]) {
    const error = decodeFault({ code, values: {} });
    strictEqual(error instanceof Fault, false);
    strictEqual(error.message, code);
  }
});
