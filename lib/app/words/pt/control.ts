/**
 * What the commands say that see and steer running clients, in Brazilian Portuguese.
 *
 * @module
 */
import type { CONTROL as ENGLISH_CONTROL } from "../en/control.ts";

const format = (value: number): string => value.toLocaleString("pt-BR");
const images = (count: number): string => `${format(count)} ${count === 1 ? "imagem" : "imagens"}`;

/** The words of them. */
export const CONTROL: typeof ENGLISH_CONTROL = {
  labels: {
    shares: "compartilha",
    reached: "acessível em",
    tracker: "tracker",
    sent: "enviou",
    fetching: "baixando",
    runs: "rodando",
  },
  shares: (count, bytes) => `${images(count)} (${bytes})`,
  starting: "examina o diretório pela primeira vez",
  registered: (tracker) => `${tracker}, registrado`,
  notRegistered: (tracker) => `${tracker}, não registrado`,
  lost: (tracker) => `${tracker}, perdido:`,
  sent: (count, bytes) => count === 0 ? "nada ainda" : `${images(count)} (${bytes})`,
  runs: (since, time, pid) => `desde ${since} (${time}), processo ${pid}`,
  stoppingOther: (pid) => `Encerrando o cliente com número de processo ${pid}…`,
  stopped: "O cliente foi encerrado.",
  stopping: "“idp2pi-client encerrar” encerra este cliente.",
};
