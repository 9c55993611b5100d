/**
 * What the commands print that show and control running clients, in Brazilian Portuguese.
 *
 * @module
 */
import type { Words } from "../en/words.ts";
import { imagens } from "./numbers.ts";

/** The same messages as in English. */
export const CONTROL: Words["control"] = {
  labels: {
    shares: "compartilhando",
    reached: "endereço",
    tracker: "tracker",
    sent: "envios",
    fetching: "baixando",
    runs: "em execução",
  },
  shares: (count, bytes) => `${imagens(count)} (${bytes})`,
  starting: "examinando o diretório pela primeira vez",
  registered: (tracker) => `${tracker}, registrado`,
  notRegistered: (tracker) => `${tracker}, não registrado`,
  lost: (tracker) => `${tracker}, sem contato:`,
  sent: (count, bytes) => count === 0 ? "nada ainda" : `${imagens(count)} (${bytes})`,
  runs: (since, time, pid) => `desde ${since} (${time}), processo ${pid}`,
  stoppingOther: (pid) => `Encerrando o cliente do processo ${pid}…`,
  stopped: "O cliente foi encerrado.",
  stopping: "Encerrado por “idp2pi-client encerrar”.",
};
