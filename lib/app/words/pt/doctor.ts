/**
 * What an examination found and what to do next, in Brazilian Portuguese.
 *
 * @module
 */
import type { Deviation, PeerDeviation } from "../../doctor/deviation.ts";
import type { TcpWord } from "../../doctor/finding.ts";
import type { DoctorWords } from "../en/doctor.ts";

const format = (value: number): string => value.toLocaleString("pt-BR");
const n = (count: number, one: string, many = `${one}s`): string => `${format(count)} ${count === 1 ? one : many}`;
const imagens = (count: number): string => n(count, "imagem", "imagens");
const megabytes = (bytes: number): string => `${format(Math.floor(bytes / 1_000_000))} MB`;
const list = (texts: readonly string[]): string => texts.join(", ");
const at = (host: string, port: number): string =>
  host === "" ? `a porta TCP ${port}` : `a porta TCP ${port} de ${host}`;

/** How to try a port from elsewhere, with what most systems have. */
const tryIt = (host: string, port: number): string =>
  `nc -vz ${host || "<endereço desta máquina>"} ${port} (no PowerShell: Test-NetConnection ${
    host || "<endereço desta máquina>"
  } -Port ${port})`;

const SILENT: Readonly<Record<TcpWord, string>> = {
  answers: "Algo responde por TCP.",
  refused: "A máquina existe, mas recusa TCP nessa porta: provavelmente nenhum tracker roda nela.",
  "timed-out":
    "Por TCP também não há resposta: a máquina está desligada, tem outro endereço, ou um firewall descarta tudo.",
  "no-route": "Não há caminho daqui até esse endereço.",
  odd: "Algo escuta nessa porta TCP, mas não é um tracker.",
};

const SILENT_NEXT: Readonly<Record<TcpWord, string>> = {
  answers: "Pergunte a quem mantém o tracker qual é a porta UDP.",
  refused: "Inicie o tracker lá, ou confira a porta: ela é informada como <ip>:<porta> ou com --server-port.",
  "timed-out": "Confira o endereço, e se a máquina está ligada, na mesma rede, e deixa entrar UDP nessa porta.",
  "no-route": "Confira se esta máquina está conectada à rede em que o tracker está, e o endereço.",
  odd: "Confira a porta: outro programa ocupa essa.",
};

const UDP_ONLY: Readonly<Record<TcpWord, string>> = {
  answers: "",
  refused: " Ele não atende por TCP, como a maioria dos trackers que não são nossos",
  "timed-out": " Um firewall, ou a própria máquina, descarta TCP até ele",
  "no-route": " TCP não chega lá",
  odd: " Outro programa escuta na porta TCP dele",
};

const DEVIATIONS: Readonly<Record<Deviation, string>> = {
  colours: "as respostas são coloridas",
  padding: "há fins de linha, espaços ou NULs em volta das respostas",
  "end-marker": "um segundo datagrama END segue as respostas",
  "other-port": "ele responde de outra porta UDP",
  "not-utf8": "as respostas não são UTF-8",
  "reg-word": "ele não responde a REG com OK <n>_REGISTERED_IMAGES",
  "reg-count": "ele responde a REG com um número errado",
  "upd-word": "ele não responde a UPD com OK <n>_REGISTERED_FILES",
  "upd-refused": "ele recusa UPD",
  "upd-silent": "ele não responde a UPD",
  "upd-adds": "o UPD acrescenta imagens em vez de substituí-las",
  "upd-changes-nothing": "o UPD recebe OK e não muda nada",
  "upd-drops-others": "o UPD apaga imagens dos outros, ou outros que têm as mesmas",
  "end-word": "ele não responde a END com OK CLIENT_FINISHED",
  "end-silent": "ele não responde a END",
  "list-silent": "ele não responde a LST depois de um registro",
  "empty-list": "ele não indica uma lista vazia com ERR",
  "not-listed": "ele não lista uma imagem que foi registrada",
  "udp-port-listed": "ele lista a porta UDP de origem do cliente em vez da porta TCP: ninguém consegue baixar dele",
  "wrong-port-listed": "ele lista uma porta diferente da registrada: ninguém consegue baixar do cliente",
  "quoted-entries": "há itens entre aspas na lista",
  "swapped-fields": "na lista o nome vem antes do MD5",
  "port-first": "na lista os endereços são porta:ip",
  "line-per-image": "a lista tem uma linha por imagem",
  "semicolon-at-end": "a lista termina com ponto e vírgula",
  "entry-per-peer": "a lista tem vários itens para uma imagem",
};

const PEER_DEVIATIONS: Readonly<Record<PeerDeviation, string>> = {
  "needs-line-end": "só responde a GET depois de um fim de linha, que nenhum cliente envia",
  "never-closes": "não fecha a conexão depois do último byte, e assim nenhum cliente sabe que a imagem está completa",
  "answers-unknown": "envia bytes de uma imagem que não tem, em vez de fechar a conexão",
  "holds-unknown": "não fecha a conexão quando se pede uma imagem que não tem",
};

/** The same sentences as in English. */
export const DOCTOR: DoctorWords = {
  "name-known": { told: (v) => `${v.host} é ${v.address}.` },
  "name-several": {
    told: (v) => `${v.host} tem vários endereços (${list(v.addresses)}): ${v.address} é o consultado.`,
    next: () => "Se o tracker é outro deles, informe esse endereço em vez do nome.",
  },
  "name-unknown": {
    told: (v) => `O nome ${v.host} não corresponde a nenhum endereço.`,
    next: () => "Confira a grafia, ou informe o endereço IP do tracker em vez do nome.",
  },
  "tracker-answers": { told: (v) => `O tracker em ${v.address} responde por UDP e TCP.` },
  "tracker-answers-udp": {
    told: (v) =>
      `O tracker em ${v.address} responde por UDP.${
        UDP_ONLY[v.tcp] ?? v.tcp
      }: listas longas e muitas imagens podem ser cortadas.`,
  },
  "tracker-lists": {
    told: (v) =>
      `Ele lista ${imagens(v.images)} de ${n(v.peers, "peer")}${
        v.complete ? "" : ", e talvez mais: a lista pode estar cortada"
      }.`,
  },
  "tracker-odd": {
    told: (v) => `O que responde em ${v.address} não é um tracker: enviou “${v.reply}”.`,
    next: () =>
      "Confira o endereço e a porta. Se for o seu tracker: ele deve responder a LST com uma lista ou com ERR.",
  },
  "tracker-silent": {
    told: (v) => `O tracker em ${v.address} não respondeu em ${n(v.seconds, "segundo")}. ${SILENT[v.tcp] ?? v.tcp}`,
    next: (v) => SILENT_NEXT[v.tcp] ?? v.tcp,
  },
  "udp-blocked": {
    told: (v) =>
      `O tracker em ${v.address} responde por TCP, mas não por UDP em ${
        n(v.seconds, "segundo")
      }: o UDP está bloqueado.`,
    next: () =>
      "Libere UDP para esse endereço e porta, e as respostas de volta, nos firewalls das duas máquinas e da rede entre elas.",
  },
  "port-reachable": { told: (v) => `A porta TCP ${v.port} desta máquina pode ser alcançada: ${v.from} conseguiu.` },
  "port-answers-here": {
    told: (v) => `O tracker roda nesta máquina; ${at(v.host, v.port)} responde aqui, mas ninguém de fora a testou.`,
    next: (v) =>
      `Se os outros não conseguem baixar de você, inicie o cliente com --port ${v.port} e, enquanto ele roda, teste a porta da máquina deles: ${
        tryIt("", v.port)
      }.`,
  },
  "port-unreachable": {
    told: (v) =>
      `O tracker não alcançou ${at(v.host, v.port)} em ${
        n(v.seconds, "segundo")
      }: os outros não conseguem baixar suas imagens.`,
    next: (v) =>
      `Libere conexões TCP de entrada na porta ${v.port} no firewall desta máquina (--port escolhe uma que seja permitida) e, atrás de um roteador, redirecione-a para esta máquina.`,
  },
  "port-untried": {
    told: (v) => `Não se sabe se os outros alcançam ${at(v.host, v.port)}: este tracker não a testa.`,
    next: (v) =>
      `Inicie o cliente com --port ${v.port} e, enquanto ele roda, teste a porta de outra máquina: ${
        tryIt(v.host, v.port)
      }.`,
  },
  "port-in-use": {
    told: (v) => `A porta TCP ${v.port} está em uso por outro programa.`,
    next: () => "Encerre esse programa, ou escolha outra porta com --port. Se é o seu cliente rodando, está tudo bem.",
  },
  "port-denied": {
    told: (v) => `Este usuário não pode abrir a porta TCP ${v.port}.`,
    next: () => "Escolha uma porta acima de 1023 com --port.",
  },
  "dialect-none": { told: (v) => `O tracker em ${v.address} segue o protocolo ao pé da letra.` },
  "dialect": {
    told: (v) =>
      `O tracker em ${v.address} fala um dialeto: ${v.deviations.map((it) => DEVIATIONS[it] ?? it).join("; ")}.`,
    next: () => "Este cliente o entende, outros talvez não: avise quem fez o tracker.",
  },
  "tracker-cuts": {
    told: (v) =>
      `O tracker aceitou ${format(v.accepted)} de ${imagens(v.offered)} numa requisição de ${
        n(v.bytes, "byte")
      }: ele corta requisições longas.`,
    next: () => "Compartilhe menos imagens de uma vez, com nomes mais curtos, ou use um tracker que aceite mais.",
  },
  "tracker-refuses": {
    told: (v) =>
      v.reply === "" ? `O tracker não responde a ${v.request}.` : `O tracker recusa ${v.request}: “${v.reply}”.`,
    next: () => "Tente de novo em alguns minutos, ou fale com quem mantém o tracker.",
  },
  "peer-fine": {
    told: (v) => `O peer ${v.peer} enviou ${v.name} (${n(v.bytes, "byte")}), MD5 conferido.`,
  },
  "peer-dialect": {
    told: (v) =>
      `O peer ${v.peer} enviou ${v.name}, MD5 conferido, mas foge do protocolo: ${
        v.deviations.map((it) => PEER_DEVIATIONS[it] ?? it).join("; ")
      }.`,
    next: () => "Outros clientes podem não conseguir baixar dele: avise quem fez esse programa.",
  },
  "peer-not-listed": {
    told: (v) => `O tracker não lista nenhuma imagem de ${v.peer}; não há o que pedir a ele.`,
    next: () => "Confira o endereço e a porta, e se o peer está registrado neste tracker.",
  },
  "peer-unreachable": {
    told: (v) => `Não é possível conectar ao peer ${v.peer} (${v.reason}).`,
    next: () => "Confira se ele está rodando, se escuta na porta que registrou, e o firewall da máquina dele.",
  },
  "peer-reached": { told: (v) => `O peer ${v.peer} aceita conexões; sem uma lista não há imagem a pedir.` },
  "peer-untried": { told: (v) => `O peer ${v.peer} não foi examinado: sem uma lista é preciso informar a porta.` },
  "peer-silent": {
    told: (v) => `O peer ${v.peer} aceitou a conexão, mas não enviou nada de ${v.name} em ${n(v.seconds, "segundo")}.`,
    next: () => "Ele deve responder assim que tiver lido GET, um espaço e 32 dígitos: nada mais vem depois.",
  },
  "peer-empty": {
    told: (v) => `O peer ${v.peer} é listado com ${v.name}, mas fechou a conexão sem enviar nenhum byte.`,
    next: () => "Ele deve enviar os bytes do arquivo cujo MD5 registrou. Atualize o registro dele se o arquivo mudou.",
  },
  "peer-wrong": {
    told: (v) => `O peer ${v.peer} enviou ${n(v.bytes, "byte")} que não são ${v.name}: o MD5 é outro.`,
    next: () =>
      "Ele deve enviar os bytes do arquivo, sem nada antes ou depois, e fechar a conexão quando todos forem enviados.",
  },
  "peer-slow": {
    told: (v) =>
      `O peer ${v.peer} enviou ${n(v.bytes, "byte")} de ${v.name} em ${n(v.seconds, "segundo")}, e ainda não tudo.`,
  },
  "one-address": { told: (v) => `Os outros encontram esta máquina em ${v.address}.` },
  "several-addresses": {
    told: (v) =>
      `Esta máquina está em várias redes (${list(v.addresses)})${v.seen === "" ? "" : `; o tracker vê ${v.seen}`}.`,
    next: () =>
      "Os outros baixam suas imagens do endereço que o tracker vê: eles precisam alcançá-lo. Se não alcançam, saia das outras redes (VPN, máquinas virtuais, segundo cabo).",
  },
  "address-translated": {
    told: (v) =>
      `O tracker vê esta máquina em ${v.seen}, que não é nenhum dos endereços dela (${
        list(v.addresses)
      }): há um roteador no meio.`,
    next: () =>
      "Redirecione a porta TCP nesse roteador para esta máquina, ou compartilhe com um tracker na sua própria rede.",
  },
  "no-address": {
    told: () => "Esta máquina não está em nenhuma rede: só programas nela mesma se alcançam.",
    next: () => "Conecte-a à rede em que os outros estão.",
  },
  "directory-fine": { told: (v) => `${v.path} pode ser lido e gravado.` },
  "directory-missing": {
    told: (v) => `O diretório ${v.path} não existe.`,
    next: () => "Crie-o, ou informe um que exista.",
  },
  "directory-unreadable": {
    told: (v) => `${v.path} não pode ser lido (${v.reason}).`,
    next: () => "Confira se é um diretório e quem pode lê-lo.",
  },
  "directory-not-writable": {
    told: (v) => `Nada pode ser salvo em ${v.path} (${v.reason}).`,
    next: () => "Confira quem pode gravar nele, ou informe outro diretório para o que você baixa.",
  },
  "ignore-unreadable": {
    told: (v) =>
      `${v.path} não pode ser lido (${v.reason}): nada é compartilhado, pois o que ele indica pode ser privado.`,
    next: () => "Corrija esse arquivo (texto simples em UTF-8) ou remova-o.",
  },
  "images-found": {
    told: (v) =>
      v.whole ? `${v.path} contém ${imagens(v.images)}.` : `${v.path} contém ${imagens(v.images)}, talvez mais.`,
  },
  "no-images": {
    told: (v) =>
      v.files === 1
        ? `O único arquivo em ${v.path} não é uma imagem.`
        : `Não há imagem entre ${v.whole ? "" : "os primeiros "}${n(v.files, "arquivo")} em ${v.path}.`,
    next: () =>
      "Coloque ali arquivos JPEG, PNG, GIF, WebP, AVIF, HEIC, BMP ou TIFF; arquivos ocultos e o que .idp2piignore indica não contam, nem o que está em subdiretórios com --no-recursive.",
  },
  "files-unreadable": {
    told: (v) =>
      `${
        n(
          v.count,
          "arquivo ou diretório não pode ser lido e não é",
          "arquivos ou diretórios não podem ser lidos e não são",
        )
      } compartilhado${v.count === 1 ? "" : "s"}, como ${v.path} (${v.reason}).`,
    next: () => "Confira quem pode lê-los.",
  },
  "disk-fine": { told: (v) => `Espaço livre no disco de ${v.path}: ${megabytes(v.free)}.` },
  "disk-low": {
    told: (v) => `O disco de ${v.path} está quase cheio, espaço livre: ${megabytes(v.free)}.`,
    next: () => "Libere espaço antes de baixar.",
  },
  "disk-full": {
    told: (v) => `O disco de ${v.path} está cheio, ou a sua cota nele.`,
    next: () => "Libere espaço: nada pode ser baixado.",
  },
  "disk-unknown": { told: (v) => `Não se sabe quanto espaço o disco de ${v.path} tem (${v.reason}).` },
  "clock-fine": { told: (v) => `O relógio mostra ${v.now}.` },
  "clock-off": {
    told: (v) => `O relógio mostra ${v.now}, mas a data já é pelo menos ${v.earliest}.`,
    next: () => "Acerte o relógio desta máquina, de preferência pela rede.",
  },
  "clock-drive": {
    told: (v) => `O relógio do disco de ${v.path} difere do desta máquina em ${n(Math.abs(v.seconds), "segundo")}.`,
    next: () =>
      "Acerte os dois relógios pela rede: até lá, um arquivo que ainda está sendo copiado para ali pode ser compartilhado antes de estar inteiro.",
  },
};
