/** The messages of the client, in Brazilian Portuguese. */
import type { Words } from "../en/words.ts";
import { format, imagens, n } from "./numbers.ts";

const withGps = (images: number): string => `${n(images, "imagem contém", "imagens contêm")} coordenadas de GPS`;

/** The same messages as in English. */
export const CLIENT: Words["client"] = {
  noSuchImage: (word) => `Nenhuma imagem da lista corresponde a “${word}”.`,
  severalPaths: (word, paths, more) =>
    `“${word}” corresponde ao final de vários nomes: ${paths}${
      more > 0 ? ` e mais ${format(more)}` : ""
    }. Informe um deles por inteiro, ou '**/${word}' para todos.`,
  nothingMatches: "Nenhuma imagem selecionada: “idp2pi-client listar” mostra o que está compartilhado.",
  examining: "Examinando…",
  searching: "Procurando trackers nesta rede…",
  trackerLine: (number, name, address) => `${number}  ${name}  ${address}`,
  whichTracker: (most) => `Qual tracker, 1 a ${most}? Enter para sair:`,
  noFurtherTracker: "--also automatico: nenhum outro tracker foi encontrado nesta rede.",
  followsFurther: "--also automatico: as redes de outros trackers serão acrescentadas quando forem encontradas.",
  networkJoined: (name, tracker, images) => `Registrado também na rede de ${name} (${tracker}): ${imagens(images)}.`,
  networkLeft: {
    gone: (name, tracker) => `A rede de ${name} (${tracker}) foi deixada: o tracker dela não responde há três minutos.`,
    same: (name, tracker, other) => `A rede de ${name} (${tracker}) foi deixada: é a mesma que a de ${other}.`,
  },
  usingTracker: (name, address) => `Tracker: ${name} (${address})`,
  looking: (directory) => `Procurando imagens em ${directory}…`,
  scanning: (files, total) => `Examinando o diretório: ${format(files)} de ${n(total, "arquivo")}`,
  reading: (files, total, bytes, of, rate, left) =>
    `Lendo as imagens: ${format(files)} de ${
      n(total, "arquivo")
    }, ${bytes} de ${of}, ${rate}/s, tempo restante: ${left}`,
  located: (images) => `${withGps(images)}: use --list-gps para ver quais, ou --skip-gps para não compartilhá-las.`,
  locatedListed: (images) => `${withGps(images)}:`,
  locatedSkipped: (images) => `${withGps(images)} e não ${images === 1 ? "é compartilhada" : "são compartilhadas"}.`,
  locatedPath: (path) => `  ${path}`,
  uncertain: (path) =>
    `${path}: não foi possível ler todos os metadados; o arquivo é tratado como se contivesse coordenadas de GPS.`,
  moreUncertain: (count) => `Não foi possível ler todos os metadados de mais ${imagens(count)}.`,
  collision: (path, other) =>
    `${path} e ${other} têm o mesmo MD5, mas conteúdo diferente: só um deles é compartilhado.`,
  moreCollisions: (count) => `Mais ${n(count, "par", "pares")} de arquivos com o mesmo MD5 e conteúdo diferente.`,
  folderChanged: (came, went, renamed, images) =>
    `O diretório mudou: ${n(came, "imagem nova", "imagens novas")}, ${n(went, "removida")}, ${
      n(renamed, "renomeada")
    }. Compartilhando ${imagens(images)}.`,
  folderLost: (reason) => `${reason} Novas tentativas serão feitas automaticamente.`,
  folderFound: "O diretório pode ser lido novamente.",
  unreadable: (path, reason) => `Não compartilhado: ${path} não pode ser lido (${reason}).`,
  moreUnreadable: (count) =>
    `Mais ${
      n(
        count,
        "arquivo não pode ser lido e não é compartilhado",
        "arquivos não podem ser lidos e não são compartilhados",
      )
    }.`,
  sharing: (images, bytes, directory, port) =>
    `Compartilhando ${imagens(images)} (${bytes})${directory === null ? "" : ` de ${directory}`} na porta TCP ${port}.`,
  left: (count) =>
    `${n(count, "download não concluído", "downloads não concluídos")}: escolha “retomar” para continuar.`,
  leftHere: (count) =>
    `${
      n(count, "download não concluído", "downloads não concluídos")
    }: para continuar, execute “idp2pi-client baixar --resume”.`,
  unfinished: (count) =>
    count === 1
      ? "1 download não foi concluído e pode ser retomado na próxima execução."
      : `${format(count)} downloads não foram concluídos e podem ser retomados na próxima execução.`,
  nothingLeft: (directory) => `Nenhum download não concluído em ${directory}: não há nada para retomar.`,
  gone: (name) => `Nenhum peer compartilha mais ${name}: continua entre os downloads não concluídos.`,
  moreGone: (count) => `Nenhum peer compartilha mais ${n(count, "outra imagem", "outras imagens")}.`,
  paused: (count) => `${n(count, "download pausado", "downloads pausados")}: escolha “retomar” para continuar.`,
  downloadsMenu: { pause: "pausar", resume: "retomar", cancel: "cancelar downloads" },
  whichDownloads: (most) =>
    `Quais downloads, de 1 a ${format(most)}? Números (3, ou 1-5 8), ou “todos”; Enter para voltar: `,
  noImages: (directory) => `Ainda não há imagens em ${directory}: nada a compartilhar.`,
  registered: (tracker, images) => `Registrado no tracker ${tracker}: ${imagens(images)}.`,
  updated: (tracker, images) => `Registro atualizado no tracker ${tracker}: ${imagens(images)}.`,
  cut: (accepted, offered) =>
    `O tracker aceitou ${format(accepted)} de ${
      imagens(offered)
    }, o limite dele. As demais são compartilhadas, mas não listadas: só podem ser baixadas por peers que conheçam o MD5 delas.`,
  unregistered: "Registro cancelado: o tracker não lista mais você.",
  stillServing: "Peers que já têm o seu endereço podem baixar de você até você sair.",
  served: (name, bytes, to) => `${to} baixou ${name} (${bytes}).`,
  brokeOff: (name, to, bytes) => `${to} fechou a conexão depois de ${bytes} de ${name}.`,
  changed: (to) => `${to} pediu uma imagem cujo arquivo mudou: atualize para compartilhar a nova versão.`,
  unreadableNow: (to) =>
    `${to} pediu uma imagem cujo arquivo não pode ser lido no momento. Ela continua compartilhada: verifique o disco em que está.`,
  notShared: (to) => `${to} pediu uma imagem que não é compartilhada aqui: conexão fechada.`,
  noRequest: (to) => `${to} não enviou uma requisição IDP2PI válida: conexão fechada.`,
  menu: ["registrar", "listar", "baixar", "atualizar", "cancelar registro", "sair", "opções de compartilhamento"],
  prompt: "> ",
  notInMenu: (typed, most) =>
    `“${typed}” não está no menu: digite um número de 1 a ${most}, ou as primeiras letras de um comando.`,
  ambiguous: (typed, choices) => `“${typed}” é ambíguo (${choices}): digite mais letras, ou o número.`,
  whichWords: (images) => `A rede tem ${n(images, "imagem", "imagens")}. Palavras nos nomes (Enter: listar todas):`,
  emptyList: "Nenhuma imagem compartilhada ainda.",
  columns: {
    index: "nº",
    peers: "peers",
    network: "rede",
    name: "nome",
    holders: "onde",
    size: "tamanho",
    pixels: "pixels",
    type: "tipo",
    taken: "tirada",
    modified: "modificada",
  },
  large: (images, bytes, free) =>
    free === null
      ? `${imagens(images)}, ${bytes}: baixar?`
      : `${imagens(images)}, ${bytes}, mas o disco só tem ${free} livres: baixar mesmo assim?`,
  yes: ["s", "sim"],
  yesOrNo: "(s/n)",
  askingPeers: "Consultando tamanhos e datas nos peers…",
  morePeers: (count) => `+${format(count)}`,
  here: "aqui",
  hereAs: (name) => `aqui: ${name}`,
  fileNotShared: (path, reason) => `Não compartilhado: ${path} (${reason}).`,
  choices: {
    unknown: (word) => `Nenhuma imagem ou álbum do diretório corresponde a “${word}”.`,
    album: (path, images) => `  ${path} (${n(images, "imagem", "imagens")})`,
    count: (unshared, all) => {
      if (unshared === 0) return "Todas as imagens podem ser compartilhadas.";
      const which = all === 1 ? "A única imagem está" : `${format(unshared)} de ${n(all, "imagem", "imagens")}`;
      return `${which} fora do compartilhamento, por escolha sua.`;
    },
    again: (images) =>
      `${n(images, "imagem volta", "imagens voltam")} a ser ${images === 1 ? "compartilhada" : "compartilhadas"}.`,
    located: (images) =>
      `${n(images, "imagem", "imagens")} com coordenadas de GPS ${images === 1 ? "pode" : "podem"} ser ${
        images === 1 ? "compartilhada" : "compartilhadas"
      }.`,
    noLocated: (images) =>
      `${n(images, "imagem", "imagens")} com coordenadas de GPS não ${
        images === 1 ? "é compartilhada" : "são compartilhadas"
      }.`,
    gpsHint: "Para deixar de fora as imagens com coordenadas de GPS, escolha 7 no menu.",
    commands: {
      unshare: "descompartilhar",
      share: "compartilhar",
      downloaded: "baixadas",
      downloads: "downloads",
      gps: "gps",
      skipped: "deixados",
    },
    help: [
      "  descompartilhar <imagem, álbum/, padrão, ou baixadas>   compartilhar <o mesmo>",
      "  downloads: compartilhar ou não os downloads   gps: ou não as imagens com coordenadas de GPS",
      "  deixados: lista os arquivos deixados de fora   Enter: voltar",
    ],
    prompt: "compartilhamento> ",
    noCommand: (typed) => `“${typed}” não é um destes comandos: digite um deles, ou tecle Enter.`,
    reshare: "Os downloads são compartilhados.",
    noReshare: "Os downloads não são compartilhados.",
    firstDownload:
      "Os downloads também são compartilhados com outros peers. Para mudar isso, escolha 7 no menu, ou use --no-reshare.",
  },
  skipped: {
    summary: (counts) => `Deixados de fora: ${counts}. Use --list-skipped para ver quais.`,
    listed: (counts) => `Deixados de fora: ${counts}:`,
    more: (count) => `  … e ${n(count, "outro arquivo", "outros arquivos")}; --json lista todos.`,
    none: "Nenhum arquivo foi deixado de fora.",
    counts: {
      raw: (count) => n(count, "arquivo raw de câmera", "arquivos raw de câmera"),
      video: (count) => n(count, "vídeo", "vídeos"),
      incomplete: (count) => n(count, "imagem incompleta", "imagens incompletas"),
      empty: (count) => n(count, "arquivo vazio", "arquivos vazios"),
      other: (count) => n(count, "arquivo que não é imagem", "arquivos que não são imagens"),
      growing: (count) => n(count, "arquivo ainda sendo gravado", "arquivos ainda sendo gravados"),
      unreadable: (count) => n(count, "arquivo ilegível", "arquivos ilegíveis"),
      ignored: (count) => n(count, "ignorado", "ignorados"),
      unshared: (count) => `${n(count, "imagem que você", "imagens que você")} deixou de compartilhar`,
      hidden: (count) => n(count, "oculto", "ocultos"),
      link: (count) => n(count, "link ou arquivo especial", "links ou arquivos especiais"),
    },
    reasons: {
      raw: "arquivo raw de câmera",
      video: "vídeo",
      incomplete: "incompleta: falta o final; será compartilhada quando estiver completa",
      empty: "vazio",
      other: "não é imagem",
      growing: "ainda sendo gravado; será compartilhado quando estiver completo",
      unreadable: "não pode ser lido",
      ignored: "ignorado (.idp2piignore)",
      unshared: "você deixou de compartilhar",
      hidden: "oculto ou temporário",
      link: "link ou arquivo especial",
    },
  },
  incomplete: (path) => `${path} está incompleta: falta o final. Será compartilhada quando estiver completa.`,
  asking: (tracker) => `Consultando o tracker ${tracker}…`,
  waiting: (tracker) => `O tracker ${tracker} ainda não respondeu: tentando de novo por cerca de dez segundos.`,
  you: "você",
  mayBeCut:
    "A lista pode estar incompleta: é tão longa quanto uma lista pode ser (se o tracker só responde por UDP, um datagrama).",
  trackerLost: (reason) => `${reason} Novas tentativas serão feitas automaticamente.`,
  ofNetwork: (network, text) => `${network}: ${text}`,
  networkMissing: (network) => `Ainda sem resposta da rede de ${network}: faltam nesta lista as imagens dela.`,
  waitingForAny: (trackers) => `Nenhum tracker respondeu ainda: tentando ${trackers}, de três a sete segundos cada um.`,
  trackerMoved: {
    silent: (from, to) => `O tracker ${from} não responde: continuando com ${to}.`,
    full: (from, to) => `O tracker ${from} está cheio: continuando com ${to}.`,
  },
  trackerFound: "O tracker voltou a responder e lista as suas imagens.",
  allListed: (images) =>
    images === 1
      ? "O tracker agora lista a sua imagem."
      : `O tracker agora lista todas as suas ${format(images)} imagens.`,
  registeredAgain: "O tracker perdeu o seu registro: as imagens foram registradas de novo.",
  whichAlbum: (albums) => `Abrir qual álbum, de 1 a ${format(albums)}? (“b 1” baixa o primeiro; Enter: voltar): `,
  noAlbum: (typed, albums) =>
    `Álbum inválido: “${typed}”. Digite um número de 1 a ${format(albums)}, ou “b” e um número para baixar um.`,
  whichImages: (most) =>
    `Quais imagens, de 1 a ${
      format(most)
    }? Números (3, ou 1-5 8), “todas”, “de <peer>”, ou um álbum (lisboa/); Enter para cancelar: `,
  selection: { all: ["todas", "todos", "tudo"], from: ["de"] },
  notASelection: (typed, most) =>
    `Seleção inválida: “${typed}”. Digite números de 1 a ${
      format(most)
    }, como 3 ou 1-5 8, ou “todas”, ou “de” e o endereço de um peer.`,
  alreadyHere: (name) => `A imagem já está aqui como ${name}: nada a baixar.`,
  fetchingMany: (done, total, bytes, rate, left) =>
    `${format(done)} de ${imagens(total)}, ${bytes}, ${rate}/s, tempo restante: ${left}`,
  fetchedMany: (count, bytes, time) =>
    `${n(count, "imagem baixada", "imagens baixadas")} (${bytes}) em ${time}, MD5 conferido.`,
  unsharedMany: (count) =>
    `${n(count, "imagem não é compartilhada", "imagens não são compartilhadas")}, como você escolheu.`,
  hereMany: (count) => `${n(count, "imagem já estava", "imagens já estavam")} aqui.`,
  allHere: (count) => `Todas as ${imagens(count)} já estão aqui: não há nada para baixar.`,
  failedMany: (count) => `Não foi possível baixar ${imagens(count)}: tente novamente.`,
  nextPeer: (reason) => `${reason} Tentando o próximo peer.`,
  peerAgain: (reason, wait) => wait === null ? `${reason} Tentando de novo.` : `${reason} Nova tentativa em ${wait}.`,
  getInterrupted: "Interrompido: para continuar, execute o mesmo comando, ou “idp2pi-client baixar --resume”.",
  saved: (name, bytes, from) => `Salva como ${name} (${bytes}, MD5 conferido) de ${from}.`,
  unclosed: (peer) =>
    `${peer} enviou a imagem inteira, mas não fechou a conexão: um peer deve fechá-la depois do último byte.`,
  nameRisks: {
    program: (name) => `${name} tem nome de programa: abri-lo pode executá-lo.`,
    system: (name) =>
      `${name} tem um nome que o sistema operacional usa: pode mudar como o diretório é mostrado ou aberto.`,
    dash: (name) =>
      `${name} começa com hífen: escreva ./${name} na linha de comando, para que não seja interpretado como uma opção.`,
  },
  notRegistered: "Você não está registrado: escolha 1 para compartilhar.",
  leftOut: {
    "no-image": "Não compartilhada: o conteúdo não é de uma imagem.",
    incomplete: "Não compartilhada: a imagem está incompleta, falta o final. O peer a compartilha assim.",
    located: "Não compartilhada: contém coordenadas de GPS.",
    uncertain: "Não compartilhada: não foi possível ler todos os metadados, que podem conter coordenadas de GPS.",
    unreadable: "Ainda não compartilhada: não pode ser lida no momento.",
    ignored: "Não compartilhada: o nome está excluído (.idp2piignore, ou arquivo oculto ou temporário).",
  },
  scanInterrupted: "Interrompido durante o exame do diretório: nada foi compartilhado.",
  leaving: "Saindo.",
};

/** The messages of the commands for running clients. */
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

/** The texts of `history`. */
export const HISTORY: Words["history"] = {
  directions: { downloaded: (peer) => `de ${peer}`, uploaded: (peer) => `para ${peer}` },
  none: "O histórico está vazio: downloads e envios são gravados enquanto um cliente executa sem --no-history.",
  cleared: (transfers) => `Histórico apagado: ${n(transfers, "entrada")}.`,
};
