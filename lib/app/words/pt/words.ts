/**
 * Every sentence that a person reads, in Brazilian Portuguese.
 *
 * @module
 */
import type { IgnoredReason, RefusedReason } from "../../../tracker/effects.ts";
import type { Words } from "../en/words.ts";
import { COMMANDS } from "./commands.ts";
import { CONTROL } from "./control.ts";
import { DOCTOR } from "./doctor.ts";
import { FAULTS, REASONS } from "./faults.ts";
import { MANUAL } from "./manual.ts";
import { PRIMEIRO_USO, TELA } from "./screen.ts";

/** `1 imagem`, `2 imagens`. */
const n = (count: number, one: string, many = `${one}s`): string => `${format(count)} ${count === 1 ? one : many}`;
const format = (value: number): string => value.toLocaleString("pt-BR");
const imagens = (count: number): string => n(count, "imagem", "imagens");

const REFUSALS: Readonly<Record<RefusedReason | IgnoredReason, string>> = {
  INVALID_MESSAGE_FORMAT: "formato inválido",
  IP_REGISTERED_WITH_DIFFERENT_PASSWORD: "registrado com outra senha, ou não registrado",
  NO_IMAGES_AVAILABLE: "nenhuma imagem na rede",
  REGISTER_FIRST: "registre-se primeiro",
  TOO_MANY_IMAGES: "imagens demais",
  TOO_MANY_REGISTRATIONS: "registros demais deste endereço",
  TRACKER_FULL: "o tracker está cheio",
  "a port below 1024": "uma porta abaixo de 1024",
  "too many requests": "requisições demais",
  "too many bytes": "bytes demais",
  "not UTF-8": "não é UTF-8",
  "control characters": "caracteres de controle",
  "an error of a tracker": "um erro de outro tracker",
  "unknown type": "tipo desconhecido",
  "LST takes no fields": "LST não tem campos",
  "END takes two fields": "END tem dois campos",
  "no field for the images": "falta o campo das imagens",
  "no password": "falta a senha",
  "password too long": "senha longa demais",
  "not a port from 1 to 65535": "não é uma porta de 1 a 65535",
  "an entry without a comma": "um item sem vírgula",
  "an MD5 that is not 32 hexadecimal digits": "um MD5 que não tem 32 dígitos hexadecimais",
  "an empty name": "um nome vazio",
  "a name that is too long": "um nome longo demais",
};

/** Of a word that is like a right one. */
const maybe = (meant: string): string => meant ? ` Seria ${meant}?` : "";

/** The same sentences as in English. */
export const PORTUGUESE: Words = {
  tag: "pt-BR",
  faults: FAULTS,
  doctor: DOCTOR,
  manual: MANUAL,
  screen: TELA,
  firstUse: PRIMEIRO_USO,
  control: CONTROL,
  reasons: REASONS,
  refusals: REFUSALS,
  unexpected: (message) => `Aconteceu um erro inesperado (${message}): por favor, avise os desenvolvedores.`,
  usage: {
    "unknown-option": (subject, _value, meant) => `Não existe a opção ${subject}.${maybe(meant)}`,
    "unknown-command": (subject, _value, meant) =>
      `“${subject}” não é um comando.${maybe(meant)} Se for o nome de uma máquina, escreva “${subject}.”.`,
    "no-command": (subject) => `Não existe o comando “${subject}”.`,
    "unknown-key": (subject, path, meant) => `“${subject}” em ${path} não é uma opção.${maybe(meant)}`,
    "unknown-variable": (subject, _value, meant) => `A variável ${subject} não tem efeito.${maybe(meant)}`,
    "option-elsewhere": (subject, command, choices) =>
      `A opção ${subject} não tem efeito em “${command}”: ela pertence a ${choices}.`,
    "needs-value": (subject) => `A opção ${subject} precisa de um valor.`,
    "takes-no-value": (subject, value) => `A opção ${subject} não recebe valor, mas recebeu “${value}”.`,
    "bad-port": (subject, value) =>
      `“${value}” não é uma porta válida para ${subject}: informe um número de 1 a 65535.`,
    "bad-free-port": (subject, value) =>
      `“${value}” não é uma porta válida para ${subject}: informe um número de 1 a 65535, ou 0 para uma livre.`,
    "bad-choice": (subject, value, choices) => `“${value}” não serve para ${subject}: informe ${choices}.`,
    "bad-address": (subject, value) =>
      `“${value}” não é um endereço válido para ${subject}: informe um endereço IP, como 192.168.0.10.`,
    "bad-seconds": (subject, value) =>
      `“${value}” não é um tempo válido para ${subject}: informe segundos inteiros de 10 a 86400, ou 0 para sempre.`,
    "bad-host-and-port": (subject, value) =>
      `“${value}” não é um endereço válido para ${subject}: informe uma porta, ou um endereço IP e uma porta como 127.0.0.1:8080.`,
    "bad-password": (subject, value) =>
      `“${value}” não é uma senha válida para ${subject}: informe uma palavra sem espaços, de no máximo 128 bytes.`,
    "bad-rate": (subject, value) =>
      `“${value}” não é uma taxa válida para ${subject}: informe bytes por segundo a partir de 1000, como 500k ou 2M, ou omita a opção para não haver limite.`,
    "bad-file": (subject, value) => `“${value}” não é um arquivo válido para ${subject}.`,
    "bad-directory": (subject, value) => `“${value}” não é um diretório válido para ${subject}.`,
    "bad-config": (subject, value) =>
      `O arquivo de configuração ${subject} tem um erro em ${value}: escreva linhas como port = 5000 ou directory = '~/fotos', e caminhos do Windows entre aspas simples.`,
    "bad-peer": (subject, value) =>
      `“${value}” não é um peer válido para ${subject}: informe o endereço como a lista o mostra, por exemplo 192.168.0.21:40213, ou só o endereço IP.`,
    "nothing-chosen": (subject) =>
      `Nada foi escolhido: indique imagens pelo número, MD5, nome ou padrão, ou informe ${subject}.`,
    "several-clients": (_subject, _value, choices) => `Há vários clientes rodando; diga qual é: ${choices}.`,
    "missing-operand": (subject) => `Falta: <${COMMANDS.operands[subject] ?? subject}>.`,
    "extra-operand": (subject) => `“${subject}” está sobrando.`,
  },
  seeHelp: (program) => `“${program} --help” mostra o que ele entende.`,
  ...COMMANDS,
  server: {
    listening: (version, port) =>
      `idp2pi-server ${version} escuta na porta ${port}, UDP e TCP. Os clientes o encontram em:`,
    reachable: (address, onlyHere) => `  ${address}${onlyHere ? " (só desta máquina)" : ""}`,
    howToEnd: "Ctrl-C encerra.",
    registered: (peer, images) => `REG ${peer} compartilha ${imagens(images)}`,
    updated: (peer, images) => `UPD ${peer} agora compartilha ${imagens(images)}`,
    moved: (from, peer, images) => `UPD ${from} agora é ${peer} e compartilha ${imagens(images)}`,
    finished: (peer) => `END ${peer} saiu`,
    listed: (to, images) => `LST ${to} recebeu ${imagens(images)}`,
    listedPart: (to, images) =>
      `LST ${to} recebeu ${
        images === 1 ? "a primeira imagem" : `as primeiras ${imagens(images)}`
      }: mais não cabem num datagrama`,
    renewed: (peer, images) => `UPD ${peer} renovou ${imagens(images)}`,
    lapsed: (peer) => `--- ${peer} saiu da lista: o prazo acabou e a porta não responde`,
    answered: (peer) => `--- ${peer} responde na porta dele`,
    unreachable: (peer) => `--- ${peer} não responde na porta dele`,
    ignored: (to, reason) => `--- ${to} fica sem resposta: ${reason}`,
    more: (kind, count) => `--- e mais ${format(count)} do tipo “${kind}” em um segundo`,
    statusAt: (url) => `Situação: ${url}`,
    brokenState: (path, putAside) =>
      `O arquivo de estado ${path} está danificado e foi guardado como ${putAside}: o tracker começa sem registros, e os clientes voltam sozinhos.`,
    backedUp: (count, path) =>
      `${format(count)} ${count === 1 ? "registro copiado" : "registros copiados"} para ${path}.`,
    stateWritten: "O arquivo de estado voltou a ser gravado.",
    refused: (request, to, reason) => `${request} ${to} recusado: ${reason}`,
    counts: (peers, images) => ` (${n(peers, "peer")}, ${imagens(images)})`,
    hangUp: "SIGHUP ignorado: o tracker continua em execução e não tem configuração a recarregar. SIGTERM o encerra.",
    ended: "O tracker foi encerrado.",
  },
  client: {
    noSuchImage: (word) => `“${word}” não corresponde a nenhuma imagem da lista.`,
    nothingMatches: "Nenhuma imagem da lista corresponde ao pedido: “idp2pi-client listar” mostra a lista.",
    examining: "Examinando…",
    looking: (directory) => `Procurando imagens em ${directory}…`,
    scanning: (files, total) => `Examinando o diretório: ${format(files)} de ${n(total, "arquivo", "arquivos")}`,
    reading: (files, total, bytes, of, rate, left) =>
      `Lendo as imagens: ${format(files)} de ${
        n(total, "arquivo", "arquivos")
      }, ${bytes} de ${of}, ${rate}/s, tempo restante: ${left}`,
    located: (images) =>
      `${
        n(images, "imagem diz onde foi tirada (GPS)", "imagens dizem onde foram tiradas (GPS)")
      }: --list-gps mostra quais, --skip-gps as deixa de fora.`,
    locatedListed: (images) =>
      `${n(images, "imagem diz onde foi tirada (GPS)", "imagens dizem onde foram tiradas (GPS)")}:`,
    locatedSkipped: (images) =>
      `${
        n(
          images,
          "imagem diz onde foi tirada (GPS) e não é compartilhada",
          "imagens dizem onde foram tiradas (GPS) e não são compartilhadas",
        )
      }.`,
    locatedPath: (path) => `  ${path}`,
    uncertain: (path) =>
      `${path}: os metadados não podem ser lidos até o fim. O arquivo conta como imagem que diz onde foi tirada.`,
    moreUncertain: (count) => `Os metadados de mais ${n(count, "imagem", "imagens")} não podem ser lidos até o fim.`,
    collision: (path, other) =>
      `${path} e ${other} têm o mesmo MD5 e conteúdo diferente: só um dos dois é compartilhado.`,
    moreCollisions: (count) => `Mais ${n(count, "par", "pares")} de arquivos com o mesmo MD5 e conteúdo diferente.`,
    folderChanged: (came, went, renamed, images) =>
      `O diretório mudou: ${n(came, "imagem chegou", "imagens chegaram")}, ${n(went, "saiu", "saíram")}, ${
        n(renamed, "renomeada", "renomeadas")
      }. Compartilhando ${imagens(images)}.`,
    folderLost: (reason) => `${reason} Ele será examinado de novo automaticamente.`,
    folderFound: "O diretório pode ser lido de novo.",
    unreadable: (path, reason) => `${path} não é compartilhado porque não pode ser lido: ${reason}.`,
    moreUnreadable: (count) =>
      `Mais ${
        n(
          count,
          "arquivo não pode ser lido e não é compartilhado",
          "arquivos não podem ser lidos e não são compartilhados",
        )
      }.`,
    sharing: (images, bytes, directory, port) =>
      `Compartilhando ${imagens(images)} (${bytes}) de ${directory} na porta TCP ${port}.`,
    unfinished: (count) =>
      count === 1
        ? `${format(count)} download está incompleto: baixe a imagem de novo e ele continua de onde parou.`
        : `${format(count)} downloads estão incompletos: baixe as imagens de novo e eles continuam de onde pararam.`,
    noImages: (directory) => `Ainda não há imagens em ${directory}: nada a compartilhar.`,
    registered: (tracker, images) => `Registrado no tracker ${tracker}: ${imagens(images)}.`,
    updated: (tracker, images) => `Atualizado no tracker ${tracker}: ${imagens(images)}.`,
    cut: (accepted, offered) =>
      `O tracker aceitou ${format(accepted)} de ${
        imagens(offered)
      }: ele não aceita mais que isso de uma só vez. O restante só pode ser baixado por quem já o conhece.`,
    unregistered: "O registro foi removido: você não está mais em nenhuma lista.",
    stillServing: "Quem ainda tem o seu endereço pode baixar de você até você sair.",
    served: (name, bytes, to) => `${to} baixou ${name} (${bytes}).`,
    brokeOff: (name, to, bytes) => `${to} interrompeu o download de ${name} depois de ${bytes}.`,
    changed: (to) => `${to} pediu uma imagem cujo arquivo mudou: atualize para compartilhá-la como está agora.`,
    unreadableNow: (to) =>
      `${to} pediu uma imagem cujo arquivo não pôde ser lido agora: ela continua compartilhada; verifique o disco em que está.`,
    notShared: (to) => `${to} pediu uma imagem que não é compartilhada aqui: conexão fechada.`,
    noRequest: (to) => `${to} não pediu nada que o IDP2PI conheça: conexão fechada.`,
    menu: ["registrar", "listar", "baixar", "atualizar", "remover registro", "sair"],
    whatNow: "> ",
    notInMenu: (typed, most) =>
      `“${typed}” não está no menu: digite um número de 1 a ${most}, ou o começo das palavras.`,
    ambiguous: (typed, choices) => `“${typed}” pode ser ${choices}: digite mais letras, ou o número.`,
    emptyList: "Ninguém está compartilhando imagens ainda.",
    columns: { index: "nº", peers: "peers", name: "nome", holders: "onde" },
    morePeers: (count) => `+${format(count)}`,
    here: "aqui",
    hereAs: (name) => `aqui: ${name}`,
    others: (count) =>
      `${
        n(
          count,
          "outro arquivo não é imagem e não é compartilhado",
          "outros arquivos não são imagens e não são compartilhados",
        )
      }.`,
    asking: (tracker) => `Consultando o tracker ${tracker}…`,
    waiting: (tracker) => `O tracker ${tracker} ainda não respondeu: a consulta dura uns dez segundos.`,
    connecting: (name) => `Pedindo ${name}…`,
    you: "você",
    mayBeCut: "Pode haver mais: o tracker enviou o que cabe num datagrama e só responde por UDP.",
    trackerLost: (reason) => `${reason} Ele será consultado de novo automaticamente.`,
    trackerFound: "O tracker voltou a responder e lista as suas imagens.",
    allListed: (images) =>
      images === 1
        ? "O tracker agora lista a sua imagem."
        : `O tracker agora lista todas as suas ${format(images)} imagens.`,
    registeredAgain: "O tracker tinha esquecido você; as suas imagens foram registradas de novo.",
    whichImages: (most) => `Quais imagens, de 1 a ${format(most)} (3, ou 1-5 8, todas, de <peer>; Enter: nenhuma)? `,
    selection: { all: ["todas", "tudo"], from: ["de"] },
    notASelection: (typed, most) =>
      `“${typed}” não corresponde a nenhuma imagem da lista: digite números de 1 a ${
        format(most)
      }, como 3 ou 1-5 8, ou “todas”, ou “de” e o endereço de um peer.`,
    alreadyHere: (name) => `Esta imagem já está aqui como ${name}: nada a baixar.`,
    fetching: (name, bytes, from) => `${name}: ${bytes} de ${from}`,
    ofSize: (bytes, size) => `${bytes} de ${size}`,
    fetchingMany: (done, total, bytes, rate, left) =>
      `${format(done)} de ${imagens(total)}, ${bytes}, ${rate}/s, tempo restante: ${left}`,
    fetchedMany: (count, bytes, time) =>
      `${n(count, "imagem baixada", "imagens baixadas")} (${bytes}) em ${time}, cada uma com o MD5 correto.`,
    hereMany: (count) => `${n(count, "imagem já estava", "imagens já estavam")} aqui.`,
    failedMany: (count) =>
      `${n(count, "imagem não pôde ser baixada", "imagens não puderam ser baixadas")}: tente outra vez.`,
    nextPeer: (reason) => `${reason} Tentando o próximo peer.`,
    peerAgain: (reason, most) => `${reason} Novas tentativas por no máximo ${most}.`,
    getInterrupted: "Interrompido: o mesmo comando continua de onde este parou.",
    saved: (name, bytes, from) => `Salva como ${name} (${bytes}, MD5 correto) de ${from}.`,
    unclosed: (peer) =>
      `${peer} enviou a imagem inteira, mas não fechou a conexão: o programa dele precisa fechá-la depois do último byte.`,
    nameRisks: {
      program: (name) => `${name} tem nome de programa: abri-lo pode executá-lo.`,
      system: (name) =>
        `${name} tem um nome que o próprio sistema usa: pode mudar como o diretório é mostrado ou aberto.`,
      dash: (name) =>
        `${name} começa com hífen, que os comandos interpretam como opção: escreva ./${name} na linha de comando.`,
    },
    sharedNow: "Ela passa a ser compartilhada.",
    notRegistered: "Você não está registrado: escolha 1 para compartilhar.",
    leftOut: {
      "no-image": "Pelo conteúdo não é uma imagem, então não é compartilhada.",
      located: "Ela diz onde foi tirada (GPS), então não é compartilhada.",
      uncertain:
        "Os metadados dela não podem ser lidos até o fim e podem dizer onde foi tirada (GPS), então não é compartilhada.",
      unreadable: "Não foi possível lê-la agora, então será compartilhada mais tarde.",
      ignored: "O nome dela é um dos que não são compartilhados (.idp2piignore, arquivos ocultos e temporários).",
    },
    untold: (reason) => `O tracker ainda não sabe dela: ${reason}`,
    scanInterrupted: "Interrompido enquanto o diretório era examinado: nada foi compartilhado.",
    leaving: "Saindo.",
  },
};
