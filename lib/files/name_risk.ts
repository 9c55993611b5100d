/** Finds file names that have side effects. Pure. */

export type NameRisk =
  /** Opening the file runs it, on some system. */
  | "program"
  /** Some system reads the file unasked. */
  | "system"
  /** Commands take the name for an option. */
  | "dash";

/**
 * Extensions of files that run when opened: on Windows (PATHEXT, script hosts, shortcuts, installers), macOS and Linux.
 */
const PROGRAMS = new Set(
  ("exe com bat cmd scr pif cpl msi msp msix msixbundle appx appxbundle application appref-ms gadget hta jar js jse vb " +
    "vbs vbe ws wsf wsh wsc sct ps1 psm1 ps1xml psc1 msc reg lnk url scf library-ms search-ms settingcontent-ms chm hlp " +
    "app command tool workflow scpt applescript action terminal dmg pkg mpkg " +
    "sh bash zsh fish csh ksh run bin desktop appimage flatpakref snap deb rpm py pyw pyz pl rb php elf").split(" "),
);

/** Extensions and whole names of files that a system reads unasked. */
const SYSTEM_ENDINGS = new Set("ini inf sys dll ocx drv so dylib theme themepack".split(" "));
const SYSTEM_NAMES = new Set(["ds_store", "_ds_store", "icon\r", "folder.htt"]);

/** The side effects that a file name may have. */
export function nameRisks(name: string): NameRisk[] {
  const lower = name.toLowerCase().replace(/[. ]+$/, ""); // Windows ignores these.
  const ending = /\.([^.]+)$/.exec(lower)?.[1] ?? "";
  return [
    ...PROGRAMS.has(ending) ? ["program" as const] : [],
    ...SYSTEM_ENDINGS.has(ending) || SYSTEM_NAMES.has(lower) ? ["system" as const] : [],
    ...name.startsWith("-") ? ["dash" as const] : [],
  ];
}
