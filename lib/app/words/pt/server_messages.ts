/** The output and log of the tracker, in Brazilian Portuguese. */
import type { Words } from "../en/words.ts";
import { imagens, n } from "./numbers.ts";

/** The same messages as in English. */
export const SERVER: Words["server"] = {
  listening: (version, port) =>
    `idp2pi-server ${version} escuta na porta ${port}, UDP e TCP. Endereços para os clientes:`,
  reachable: (address, onlyHere) => `  ${address}${onlyHere ? " (só nesta máquina)" : ""}`,
  announced: (name) =>
    `Anunciado nesta rede como “${name}”: os clientes o encontram com “automatico” em vez de um endereço.`,
  notAnnounced: (reason) =>
    `O tracker não é anunciado nesta rede: não é possível abrir a porta UDP 5353 (${reason}). Os clientes precisam do endereço.`,
  howToEnd: "Pressione Ctrl-C para encerrar.",
  registered: (peer, images) => `REG ${peer} compartilha ${imagens(images)}`,
  updated: (peer, images) => `UPD ${peer} agora compartilha ${imagens(images)}`,
  moved: (from, peer, images) => `UPD ${from} agora é ${peer} e compartilha ${imagens(images)}`,
  finished: (peer) => `END ${peer} saiu`,
  listed: (to, images) => `LST ${to} recebeu ${imagens(images)}`,
  listedPart: (to, images) => `LST ${to} recebeu ${imagens(images)}: o restante não cabe em um datagrama`,
  found: (to, images) => `FND ${to} encontrou ${n(images, "imagem", "imagens")}`,
  changes: (to, images) => `CHG ${to} recebeu ${n(images, "imagem alterada", "imagens alteradas")}`,
  renewed: (peer, images) => `UPD ${peer} renovou ${imagens(images)}`,
  lapsed: (peer) => `--- ${peer} expirou: o prazo do registro acabou e a porta não responde`,
  answered: (peer) => `--- ${peer} responde na sua porta`,
  unreachable: (peer) => `--- ${peer} não responde na sua porta`,
  ignored: (to, reason) => `--- ${to} ignorado: ${reason}`,
  more: (kind, count) => `--- ${n(count, "outra linha omitida", "outras linhas omitidas")} de “${kind}” em um segundo`,
  statusAt: (url) => `Página de status: ${url}`,
  brokenState: (path, backup) =>
    `O arquivo de estado ${path} está danificado e foi renomeado para ${backup}: o tracker inicia sem registros, e os clientes se registram de novo automaticamente.`,
  backedUp: (count, path) => `${n(count, "registro copiado", "registros copiados")} para ${path}.`,
  memory: (size, images) => `Memória para registros: ${size}, suficiente para cerca de ${imagens(images)}.`,
  outgrown: (size, allowed) =>
    `O registro compartilhado ocupa ${size}, e o --memory deste tracker permite ${allowed}: ele mantém todos os registros e recusa novos. Use o mesmo --memory em todos os trackers.`,
  sharing: (engine, others) =>
    `Compartilha os seus registros por meio de ${engine} ${
      others === 0 ? "(ainda sem outro tracker)" : `com ${n(others, "outro tracker", "outros trackers")}`
    }.`,
  registryBack: "O registro compartilhado pode ser acessado novamente e tem todas as mudanças.",
  stateWritten: "O arquivo de estado pode ser gravado novamente.",
  refused: (request, to, reason) => `${request} ${to} recusado: ${reason}`,
  notRegistered: (request, to) => `${request} ${to}: não registrado aqui, precisa se registrar`,
  noImages: (to) => `LST ${to}: ainda não há imagens`,
  counts: (peers, images) => ` (${n(peers, "peer")}, ${imagens(images)})`,
  hangUp: "SIGHUP ignorado: não há configuração a recarregar. Envie SIGTERM para encerrar o tracker.",
  ended: "O tracker foi encerrado.",
};
