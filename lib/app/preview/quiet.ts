/** Imported first by workers that decode: libraries print messages about damaged files to the user's terminal. */
console.log =
  console.info =
  console.warn =
  console.error =
  console.debug =
    () => {};
