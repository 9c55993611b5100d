import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { quoted, unquoted } from "../../../lib/app/cli/commands/prompt_operands.ts";
import { environmentOf, expandHome, type System, type UserPaths, userPaths } from "../../../lib/app/cli/user_paths.ts";

Deno.test("a user's files are where each system keeps such files, or nowhere", () => {
  const [ana, local, roaming] = [
    "C:\\Users\\ana",
    "C:\\Users\\ana\\AppData\\Local",
    "C:\\Users\\ana\\AppData\\Roaming",
  ];
  const table: [System, Record<string, string>, UserPaths][] = [
    ["linux", { HOME: "/home/ana" }, {
      home: "/home/ana",
      config: "/home/ana/.config/idp2pi/client.toml",
      hashCache: "/home/ana/.cache/idp2pi/files.sqlite",
      history: "/home/ana/.cache/idp2pi/history.sqlite",
      thumbnails: "/home/ana/.cache/idp2pi/thumbnails.sqlite",
      running: "/home/ana/.cache/idp2pi/running",
    }],
    ["freebsd", { HOME: "/", XDG_CACHE_HOME: "/var/ana/", XDG_CONFIG_HOME: "/etc/ana" }, {
      home: "/",
      config: "/etc/ana/idp2pi/client.toml",
      hashCache: "/var/ana/idp2pi/files.sqlite",
      history: "/var/ana/idp2pi/history.sqlite",
      thumbnails: "/var/ana/idp2pi/thumbnails.sqlite",
      running: "/var/ana/idp2pi/running",
    }],
    ["darwin", { HOME: "/Users/ana", XDG_CACHE_HOME: "/elsewhere" }, {
      home: "/Users/ana",
      config: "/Users/ana/.config/idp2pi/client.toml",
      hashCache: "/Users/ana/Library/Caches/idp2pi/files.sqlite",
      history: "/Users/ana/Library/Caches/idp2pi/history.sqlite",
      thumbnails: "/Users/ana/Library/Caches/idp2pi/thumbnails.sqlite",
      running: "/Users/ana/Library/Caches/idp2pi/running",
    }],
    ["windows", { HOME: "/c/Users/ana", USERPROFILE: ana, LOCALAPPDATA: local, APPDATA: roaming }, {
      home: ana,
      config: `${roaming}\\idp2pi\\client.toml`,
      hashCache: `${local}\\idp2pi\\files.sqlite`,
      history: `${local}\\idp2pi\\history.sqlite`,
      thumbnails: `${local}\\idp2pi\\thumbnails.sqlite`,
      running: `${local}\\idp2pi\\running`,
    }],
    ["linux", { HOME: "" }, {
      home: null,
      config: null,
      hashCache: null,
      history: null,
      thumbnails: null,
      running: null,
    }],
    ["windows", { HOME: "/c/Users/ana" }, {
      home: null,
      config: null,
      hashCache: null,
      history: null,
      thumbnails: null,
      running: null,
    }],
  ];
  for (const [os, env, paths] of table) deepStrictEqual(userPaths("client", os, env), paths, os);
  strictEqual(userPaths("server", "linux", { HOME: "/h" }).config, "/h/.config/idp2pi/server.toml");
});

Deno.test("“~” is the home directory at the beginning of a path, alone or before a separator", () => {
  const table: [path: string, unix: string, windows: string][] = [
    ["~", "/home/ana", "C:\\Users\\ana"],
    ["~/", "/home/ana", "C:\\Users\\ana"],
    ["~/a/b c", "/home/ana/a/b c", "C:\\Users\\ana\\a\\b c"],
    ["~//a", "/home/ana/a", "C:\\Users\\ana\\a"],
    ["~\\", "~\\", "C:\\Users\\ana"],
    ["~\\a\\b", "~\\a\\b", "C:\\Users\\ana\\a\\b"],
    ["~/../ben", "/home/ana/../ben", "C:\\Users\\ana\\..\\ben"],
    ["./~", "./~", "./~"],
    ["~ben/a", "~ben/a", "~ben/a"],
    ["~~", "~~", "~~"],
    ["a/~/b", "a/~/b", "a/~/b"],
    ["/~", "/~", "/~"],
    ["", "", ""],
  ];
  for (const [path, unix, windows] of table) {
    strictEqual(expandHome(path, "linux", "/home/ana"), unix, path);
    strictEqual(expandHome(path, "darwin", "/home/ana"), unix, path);
    strictEqual(expandHome(path, "windows", "C:\\Users\\ana"), windows, path);
    strictEqual(expandHome(path, "linux", null), path, "no home directory is known");
  }
  strictEqual(expandHome("~/a", "linux", "/"), "/a");
  strictEqual(expandHome("~\\a", "windows", "D:\\"), "D:\\a");
});

Deno.test("the names of variables have no case on Windows", () => {
  const env = { Path: "x", UserProfile: "C:\\Users\\ana", idp2pi_lang: "pt" };
  deepStrictEqual(environmentOf("windows", env), { PATH: "x", USERPROFILE: "C:\\Users\\ana", IDP2PI_LANG: "pt" });
  deepStrictEqual(environmentOf("linux", env), env);
});

Deno.test("a word to be typed is quoted if a shell of the system would change it", () => {
  const table: [word: string, unix: string, windows: string][] = [
    ["192.168.0.10:13377", "192.168.0.10:13377", "192.168.0.10:13377"],
    ["/home/ana/Pictures", "/home/ana/Pictures", "/home/ana/Pictures"],
    ["C:\\Users\\ana\\Pictures", "'C:\\Users\\ana\\Pictures'", "C:\\Users\\ana\\Pictures"],
    ["C:\\My Pictures", "'C:\\My Pictures'", '"C:\\My Pictures"'],
    ["D:\\My Pictures\\", "'D:\\My Pictures\\'", '"D:\\My Pictures\\\\"'],
    ["a,b", "a,b", '"a,b"'],
    ["Ana's", "'Ana'\\''s'", `"Ana's"`],
    ["~/x", "'~/x'", '"~/x"'],
  ];
  for (const [word, unix, windows] of table) {
    strictEqual(quoted(word, "linux"), unix);
    strictEqual(quoted(word, "windows"), windows);
  }
  strictEqual(unquoted('"C:\\My Pictures"', "windows"), "C:\\My Pictures", "as it is dragged into the window");
  strictEqual(unquoted('"a" "b"', "windows"), '"a" "b"');
  strictEqual(unquoted('"a"', "linux"), '"a"', "a quote is a letter like any other");
});
