/** Errors in a command line, in Brazilian Portuguese. */
import type { Words } from "../en/words.ts";
import { COMMANDS } from "./commands.ts";
import { or } from "./numbers.ts";

const didYouMean = (nearest: string): string => nearest ? ` Você quis dizer “${nearest}”?` : "";

/** An operand as the help shows it. */
const operand = (name: string): string => `<${COMMANDS.operands[name] ?? name}>`;

const invalid = (subject: string, value: string, use: string): string =>
  `Valor inválido “${value}” para ${subject}: use ${use}.`;

/** The same sentences as in English. */
export const USAGE_ERRORS: Words["usage"] = {
  "unknown-option": (subject, _value, nearest) => `Opção desconhecida: ${subject}.${didYouMean(nearest)}`,
  "unknown-command": (subject, _value, nearest) =>
    `Comando desconhecido: “${subject}”.${
      didYouMean(nearest)
    } Se for o nome de uma máquina, escreva “${subject}.”, com o ponto.`,
  "no-command": (subject, _value, nearest) => `Comando desconhecido: “${subject}”.${didYouMean(nearest)}`,
  "unknown-key": (subject, path, nearest) => `Opção desconhecida em ${path}: “${subject}”.${didYouMean(nearest)}`,
  "unknown-variable": (subject, _value, nearest) =>
    `Variável de ambiente desconhecida: ${subject}.${didYouMean(nearest)}`,
  "option-elsewhere": (subject, command, choices) =>
    `A opção ${subject} não se aplica a “${command}”: use-a com ${or(choices)}.`,
  "needs-value": (subject) => `A opção ${subject} exige um valor.`,
  "takes-no-value": (subject, value) => `A opção ${subject} não aceita valor, mas recebeu “${value}”.`,
  "bad-port": (subject, value) => invalid(subject, value, "um número de 1 a 65535"),
  "bad-tracker-port": (subject, value) =>
    invalid(
      operand(subject),
      value,
      "um endereço, com ou sem uma porta de 1 a 65535, ou vários separados por vírgulas",
    ),
  "short-address": (subject, value) =>
    invalid(
      operand(subject),
      value,
      "o nome de uma máquina, ou os quatro números de um endereço IPv4, como 192.168.0.10",
    ),
  "auto-in-list": (subject, value) =>
    `Valor inválido “${value}” para ${
      operand(subject)
    }: use só automatico, ou endereços e --also automatico, que acrescenta as redes de outros trackers.`,
  "bad-free-port": (subject, value) => invalid(subject, value, "um número de 1 a 65535, ou 0 para uma porta livre"),
  "bad-choice": (subject, value, choices) => invalid(subject, value, or(choices)),
  "bad-operand": (subject, value, choices) => invalid(operand(subject), value, or(choices)),
  "bad-trackers": (subject, value) =>
    invalid(subject, value, "o endereço de um tracker, com ou sem uma porta de 1 a 65535, ou automatico"),
  "bad-address": (subject, value) => invalid(subject, value, "um endereço IP, como 192.168.0.10"),
  "bad-seconds": (subject, value) =>
    invalid(subject, value, "um número inteiro de segundos de 10 a 86400, ou 0 para não haver limite"),
  "bad-host-and-port": (subject, value) =>
    invalid(subject, value, "uma porta, ou um endereço IP e uma porta, como 127.0.0.1:8080"),
  "bad-password": (subject, value) => invalid(subject, value, "uma palavra sem espaços, de no máximo 128 bytes"),
  "bad-registry": (subject, value) =>
    invalid(
      subject,
      value,
      "um endereço como redis://192.168.0.5:6379 ou rediss://usuario@host, vários nós com vírgulas",
    ),
  "password-visible": (subject, variable) =>
    `Outros usuários desta máquina podem ver uma senha em ${subject}: indique um arquivo com --registry-password, ou informe o endereço em ${variable} ou no arquivo de configuração.`,
  "not-together": (subject, value) => `As opções ${subject} e ${value} se excluem: use uma delas.`,
  "needs-other": (subject, value) => `A opção ${subject} exige ${value}.`,
  "bad-memory": (subject, value, most) =>
    invalid(subject, value, `no mínimo 8M e no máximo ${most}, como 500M ou 2G, ou omita a opção para 75M`),
  "bad-rate": (subject, value) =>
    invalid(
      subject,
      value,
      "no mínimo 1000 bytes por segundo, como 500k ou 2M, ou omita a opção para não haver limite",
    ),
  "bad-file": (subject, value) => invalid(subject, value, "o caminho de um arquivo"),
  "bad-directory": (subject, value) => invalid(subject, value, "o caminho de um diretório"),
  "bad-config": (subject, value) =>
    `Erro de sintaxe no arquivo de configuração ${subject} em ${value}: escreva linhas como port = 5000 ou directory = '~/fotos', com caminhos do Windows entre aspas simples.`,
  "bad-peer": (subject, value) =>
    invalid(subject, value, "um endereço como na lista, por exemplo 192.168.0.21:40213, ou só um endereço IP"),
  "nothing-chosen": (subject) =>
    `Nenhuma imagem selecionada: indique números, MD5s, nomes ou um padrão, ou use ${subject}.`,
  "several-clients": (_subject, _value, choices) =>
    `Há vários clientes em execução. Informe a porta TCP do que deve ser encerrado: ${choices}.`,
  "missing-operand": (subject) =>
    `Falta o argumento ${operand(subject)}${
      subject === "tracker" ? ": o endereço do tracker, ou “automatico” para procurá-lo nesta rede" : ""
    }.`,
  "missing-option": (subject) => `Falta a opção ${subject}.`,
  "extra-operand": (subject) => `Argumento inesperado: “${subject}”.`,
};
