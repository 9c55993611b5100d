/** Every sentence that a person reads, in Brazilian Portuguese. */
import type { IgnoredReason, RefusedReason } from "../../../tracker/effects.ts";
import type { Words } from "../en/words.ts";
import { CLIENT, CONTROL, HISTORY } from "./client_messages.ts";
import { COMMANDS } from "./commands.ts";
import { DOCTOR } from "./doctor.ts";
import { FAULTS, REASONS } from "./faults.ts";
import { GALLERY } from "./gallery.ts";
import { MANUAL } from "./manual.ts";
import { FIRST_USE, SCREEN } from "./screen.ts";
import { SERVER } from "./server_messages.ts";
import { USAGE_ERRORS } from "./usage_errors.ts";

const REFUSALS: Readonly<Record<RefusedReason | IgnoredReason, string>> = {
  INVALID_MESSAGE_FORMAT: "formato de mensagem inválido",
  IP_REGISTERED_WITH_DIFFERENT_PASSWORD: "registrado com outra senha",
  NO_IMAGES_AVAILABLE: "nenhuma imagem disponível",
  REGISTER_FIRST: "é preciso registrar-se primeiro",
  TOO_MANY_IMAGES: "imagens demais",
  TOO_MANY_REGISTRATIONS: "registros demais deste endereço",
  TRACKER_FULL: "o tracker está cheio",
  "a port below 1024": "porta abaixo de 1024",
  "not registered": "não registrado",
  "a list too long for CHG": "lista longa demais para CHG",
  "too many requests": "requisições demais",
  "too many bytes": "bytes demais",
  "not UTF-8": "não é UTF-8",
  "control characters": "caracteres de controle",
  "an error of a tracker": "mensagem de erro de outro tracker",
  "unknown type": "tipo desconhecido",
  "LST takes no fields": "LST não tem campos",
  "CHG takes a version": "CHG leva uma versão",
  "FND takes two numbers and words": "FND leva dois números e palavras",
  "END takes two fields": "END tem dois campos",
  "no field for the images": "falta o campo das imagens",
  "no password": "falta a senha",
  "password too long": "senha longa demais",
  "not a port from 1 to 65535": "não é uma porta de 1 a 65535",
  "an entry without a comma": "item sem vírgula",
  "an MD5 that is not 32 hexadecimal digits": "MD5 que não tem 32 dígitos hexadecimais",
  "an empty name": "nome vazio",
  "a name that is too long": "nome longo demais",
};

/** The same sentences as in English. */
export const PORTUGUESE: Words = {
  tag: "pt-BR",
  faults: FAULTS,
  doctor: DOCTOR,
  manual: MANUAL,
  screen: SCREEN,
  firstUse: FIRST_USE,
  control: CONTROL,
  history: HISTORY,
  gallery: GALLERY,
  reasons: REASONS,
  refusals: REFUSALS,
  unexpected: (message) => `Erro inesperado (${message}): por favor, avise os desenvolvedores.`,
  usage: USAGE_ERRORS,
  seeHelp: (program) => `Para ver as opções: ${program} --help`,
  ...COMMANDS,
  server: SERVER,
  client: CLIENT,
};
