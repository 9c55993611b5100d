/** The findings of an examination and what to do next, in Brazilian Portuguese. */
import type { Deviation, PeerDeviation } from "../../doctor/deviation_codes.ts";
import type { TcpFailure } from "../../doctor/finding.ts";
import type { DoctorWords } from "../en/doctor.ts";
import { format, imagens, n } from "./numbers.ts";

const space = (bytes: number): string =>
  bytes < 1e10 ? `${format(Math.floor(bytes / 1e6))} MB` : `${format(Math.floor(bytes / 1e9))} GB`;
const list = (texts: readonly string[]): string => texts.join(", ");
const at = (host: string, port: number): string => `a porta TCP ${port}${host && ` de ${host}`}`;

/** How to test a port from elsewhere, with programs that most systems have. */
const testPort = (host: string, port: number): string => {
  const to = host || "<endereço desta máquina>";
  return `nc -vz ${to} ${port} (no PowerShell: Test-NetConnection ${to} -Port ${port})`;
};

const SILENT: Readonly<Record<TcpFailure, string>> = {
  refused: "A máquina recusa conexões TCP nessa porta: provavelmente nenhum tracker está em execução nela.",
  "timed-out":
    "Por TCP também não há resposta: a máquina está desligada, tem outro endereço, ou um firewall descarta os pacotes.",
  "no-route": "Não há rota daqui até esse endereço.",
  odd: "Um programa escuta nessa porta TCP, mas não é um tracker.",
};

const SILENT_NEXT: Readonly<Record<TcpFailure, string>> = {
  refused: "Inicie o tracker nessa máquina, ou confira a porta: informe-a como <ip>:<porta> ou com --server-port.",
  "timed-out": "Confira o endereço, e se a máquina está ligada, está na mesma rede e aceita UDP nessa porta.",
  "no-route": "Confira o endereço, e se esta máquina está conectada à rede do tracker.",
  odd: "Confira a porta: outro programa usa essa.",
};

const UDP_ONLY: Readonly<Record<TcpFailure, string>> = {
  refused: "como a maioria dos trackers de terceiros",
  "timed-out": "a máquina ou um firewall descarta TCP",
  "no-route": "não há rota para TCP",
  odd: "outro programa usa a porta TCP dele",
};

const DEVIATIONS: Readonly<Record<Deviation, string>> = {
  colours: "as respostas contêm códigos de cor",
  padding: "há quebras de linha, espaços ou NULs em volta das respostas",
  "end-marker": "um segundo datagrama END segue as respostas",
  "other-port": "ele responde de outra porta UDP",
  "not-utf8": "as respostas não são UTF-8",
  "reg-word": "ele não responde a REG com OK <n>_REGISTERED_IMAGES",
  "reg-count": "ele responde a REG com um número errado",
  "upd-word": "ele não responde a UPD com OK <n>_REGISTERED_FILES",
  "upd-refused": "ele recusa UPD",
  "upd-silent": "ele não responde a UPD",
  "upd-adds": "o UPD acrescenta imagens em vez de substituí-las",
  "upd-changes-nothing": "ele responde a UPD com OK, mas nada muda",
  "upd-drops-others": "o UPD remove imagens de outros peers, ou outros peers que têm as mesmas imagens",
  "end-word": "ele não responde a END com OK CLIENT_FINISHED",
  "end-silent": "ele não responde a END",
  "list-silent": "ele não responde a LST depois de um registro",
  "empty-list": "ele não responde a LST com ERR quando a lista está vazia",
  "not-listed": "ele não lista uma imagem que foi registrada",
  "udp-port-listed": "ele lista a porta UDP do cliente em vez da porta TCP: nenhum peer consegue baixar do cliente",
  "wrong-port-listed": "ele lista uma porta diferente da registrada: nenhum peer consegue baixar do cliente",
  "quoted-entries": "há itens entre aspas na lista",
  "swapped-fields": "na lista, o nome vem antes do MD5",
  "port-first": "na lista, os endereços estão na forma porta:ip",
  "line-per-image": "a lista tem uma linha por imagem",
  "semicolon-at-end": "a lista termina com ponto e vírgula",
  "entry-per-peer": "a lista tem vários itens para uma imagem",
};

const PEER_DEVIATIONS: Readonly<Record<PeerDeviation, string>> = {
  "needs-line-end": "só responde a GET depois de uma quebra de linha, que nenhum cliente envia",
  "never-closes":
    "não fecha a conexão depois do último byte, e assim nenhum cliente tem como saber que a imagem está completa",
  "answers-unknown": "envia bytes de uma imagem que não tem, em vez de fechar a conexão",
  "holds-unknown": "não fecha a conexão quando recebe o pedido de uma imagem que não tem",
};

/** The same sentences as in English. */
const FOUND: DoctorWords["found"] = {
  "name-known": (v) => `O endereço de ${v.host} é ${v.address}.`,
  "name-several": (v) =>
    `${v.host} tem vários endereços (${list(v.addresses)}): os clientes consultam primeiro ${v.address}.`,
  "name-unknown": (v) => `O nome ${v.host} não corresponde a nenhum endereço.`,
  "network-asked": (v) => `Trackers anunciados foram procurados na rede ${v.networks}.`,
  "network-none": "Esta máquina não está em nenhuma rede privada em que trackers se anunciam.",
  "network-port": (v) =>
    `Não é possível abrir a porta UDP 5353 (${v.reason}): só respostas unicast de trackers chegam.`,
  "network-unsent": (v) => `Não é possível enviar multicast na rede ${v.network} por ${v.protocol} (${v.reason}).`,
  "network-answers": (v) =>
    `Os trackers responderam: ${n(v.multicast, "resposta multicast", "respostas multicast")}, ${
      n(v.unicast, "resposta unicast", "respostas unicast")
    }.`,
  "network-one-way": (v) =>
    `Os trackers responderam, mas só diretamente: ${
      n(v.unicast, "resposta unicast", "respostas unicast")
    }, nenhuma multicast.`,
  "network-silent": "Nenhum tracker se anuncia nela.",
  "local-tracker": (v) =>
    `Um tracker nesta máquina responde em ${v.address}: “automatico” o encontra aqui, já que nenhum se anuncia.`,
  "announced": (v) =>
    `O tracker “${v.name}”${v.version && ` (versão ${v.version})`} está em ${v.address}${
      v.addresses.length > 0 ? `, e em ${list(v.addresses)}` : ""
    }.`,
  "announced-twice": (v) => `O tracker “${v.name}” em ${v.address} também é anunciado com outros nomes: ${v.names}.`,
  "announced-silent": (v) => `O tracker “${v.name}” anuncia ${v.address}, mas não responde nesse endereço.`,
  "tracker-not-found": "Nenhum tracker encontrado.",
  "tracker-answers": (v) => `O tracker em ${v.address} responde por UDP e TCP.`,
  "tracker-answers-udp": (v) =>
    `O tracker em ${v.address} responde por UDP, mas não por TCP (${
      UDP_ONLY[v.tcp]
    }): listas e registros longos podem ser cortados.`,
  "tracker-lists": (v) =>
    `Ele lista ${imagens(v.images)} de ${n(v.peers, "peer")}${
      v.complete ? "" : ", possivelmente mais: a lista pode estar cortada"
    }.`,
  "tracker-odd": (v) => `O programa em ${v.address} não é um tracker: enviou “${v.reply}”.`,
  "tracker-silent": (v) => `O tracker em ${v.address} não respondeu em ${n(v.seconds, "segundo")}. ${SILENT[v.tcp]}`,
  "trackers-partly": (v) => `Nem todos estes trackers respondem: um cliente usa ${v.address}, que responde.`,
  "trackers-differ": (v) =>
    `Os trackers não compartilham um registro: as imagens listadas são diferentes em ${v.address} e ${v.other}.`,
  "udp-blocked": (v) =>
    `O tracker em ${v.address} responde por TCP, mas não por UDP em ${n(v.seconds, "segundo")}: o UDP está bloqueado.`,
  "port-reachable": (v) => `A porta TCP ${v.port} desta máquina está acessível: ${v.from} se conectou a ela.`,
  "port-answers-here": (v) =>
    `O tracker está em execução nesta máquina; ${
      at(v.host, v.port)
    } responde aqui, mas não foi testada a partir de outra máquina.`,
  "port-unreachable": (v) =>
    `O tracker não conseguiu acessar ${at(v.host, v.port)} em ${
      n(v.seconds, "segundo")
    }: os outros não conseguem baixar as suas imagens.`,
  "port-untried": (v) => `Não se sabe se os outros conseguem acessar ${at(v.host, v.port)}: este tracker não a testa.`,
  "port-in-use": (v) => `A porta TCP ${v.port} está em uso por outro programa.`,
  "port-denied": (v) => `Sem permissão para abrir a porta TCP ${v.port}.`,
  "dialect-none": (v) => `O tracker em ${v.address} segue o protocolo à risca.`,
  "dialect": (v) =>
    `O tracker em ${v.address} se desvia do protocolo: ${v.deviations.map((it) => DEVIATIONS[it]).join("; ")}.`,
  "tracker-cuts": (v) =>
    `O tracker aceitou ${format(v.accepted)} de ${imagens(v.offered)} em uma requisição de ${
      n(v.bytes, "byte")
    }: ele corta requisições longas.`,
  "tracker-refuses": (v) =>
    v.reply === "" ? `O tracker não responde a ${v.request}.` : `O tracker recusa ${v.request}: “${v.reply}”.`,
  "peer-fine": (v) => `O peer ${v.peer} enviou ${v.name} (${n(v.bytes, "byte")}), MD5 conferido.`,
  "peer-dialect": (v) =>
    `O peer ${v.peer} enviou ${v.name}, MD5 conferido, mas se desvia do protocolo: ${
      v.deviations.map((it) => PEER_DEVIATIONS[it]).join("; ")
    }.`,
  "peer-not-listed": (v) => `O tracker não lista nenhuma imagem de ${v.peer}: não há o que pedir a ele.`,
  "peer-unreachable": (v) => `Não foi possível conectar ao peer ${v.peer} (${v.reason}).`,
  "peer-reached": (v) => `O peer ${v.peer} aceita conexões; sem uma lista, não há imagem a pedir.`,
  "peer-untried": (v) => `O peer ${v.peer} não foi examinado: sem uma lista, é preciso informar a porta.`,
  "peer-silent": (v) =>
    `O peer ${v.peer} aceitou a conexão, mas não enviou nada de ${v.name} em ${n(v.seconds, "segundo")}.`,
  "peer-empty": (v) => `O peer ${v.peer} é listado com ${v.name}, mas fechou a conexão sem enviar nenhum byte.`,
  "peer-wrong": (v) => `O peer ${v.peer} enviou ${n(v.bytes, "byte")} cujo MD5 não é o de ${v.name}.`,
  "peer-slow": (v) =>
    `O peer ${v.peer} enviou só ${n(v.bytes, "byte")} de ${v.name} em ${
      n(v.seconds, "segundo")
    }: a imagem está incompleta.`,
  "one-address": (v) => `Os outros acessam esta máquina em ${v.address}.`,
  "several-addresses": (v) =>
    `Esta máquina está em várias redes (${list(v.addresses)})${v.seen && `; o tracker a vê em ${v.seen}`}.`,
  "address-translated": (v) =>
    `O tracker vê esta máquina em ${v.seen}, que não é um dos endereços dela (${
      list(v.addresses)
    }): um roteador o traduz (NAT).`,
  "no-address": "Esta máquina não está em nenhuma rede: só programas nela mesma se alcançam.",
  "directory-fine": (v) => `${v.path} pode ser lido e gravado.`,
  "directory-missing": (v) => `O diretório ${v.path} não existe.`,
  "directory-unreadable": (v) => `Não é possível ler ${v.path} (${v.reason}).`,
  "directory-not-writable": (v) => `Não é possível salvar arquivos em ${v.path} (${v.reason}).`,
  "ignore-unreadable": (v) =>
    `Não é possível ler ${v.path} (${v.reason}): nada é compartilhado, pois os arquivos que ele exclui podem ser privados.`,
  "images-found": (v) => `${v.path} contém ${imagens(v.images)}${v.whole ? "" : ", possivelmente mais"}.`,
  "no-images": (v) =>
    v.files === 1
      ? `O único arquivo em ${v.path} não é uma imagem.`
      : `Nenhuma imagem entre ${v.whole ? "" : "os primeiros "}${n(v.files, "arquivo")} em ${v.path}.`,
  "files-unreadable": (v) =>
    `${
      n(
        v.count,
        "arquivo ou diretório não pode ser lido e não é compartilhado",
        "arquivos ou diretórios não podem ser lidos e não são compartilhados",
      )
    }, como ${v.path} (${v.reason}).`,
  "disk-fine": (v) => `Espaço livre no disco de ${v.path}: ${space(v.free)}.`,
  "disk-low": (v) => `O disco de ${v.path} está quase cheio; espaço livre: ${space(v.free)}.`,
  "disk-full": (v) => `O disco de ${v.path} está cheio, ou a sua cota nele está esgotada.`,
  "disk-unknown": (v) => `O espaço livre no disco de ${v.path} é desconhecido (${v.reason}).`,
  "clock-fine": (v) => `O relógio mostra ${v.now}.`,
  "clock-off": (v) => `O relógio está errado: mostra ${v.now}, data anterior a ${v.earliest}.`,
  "clock-drive": (v) =>
    `O relógio do disco de ${v.path} difere do desta máquina em ${n(Math.abs(v.seconds), "segundo")}.`,
};

const NEXT: DoctorWords["next"] = {
  "name-several": "Se o tracker só tiver um desses endereços, informe esse endereço em vez do nome.",
  "name-unknown": "Confira a grafia, ou informe o endereço IP do tracker.",
  "network-none": "Conecte-a à rede do tracker, ou informe o endereço do tracker.",
  "network-port": "Encerre o programa que usa essa porta só para si, se trackers não forem encontrados.",
  "network-unsent": "Confira se essa interface está ativa e aceita multicast, e o firewall desta máquina.",
  "network-one-way":
    "Libere a entrada de UDP na porta 5353 no firewall desta máquina: um tracker pode responder só por multicast.",
  "network-silent":
    "Se há um tracker nesta rede, confira se ele não foi iniciado com --no-announce, se os firewalls das duas máquinas liberam a porta UDP 5353, e se o ponto de acesso deixa seus dispositivos se comunicarem. O multicast não sai da rede: de outra rede, informe o endereço.",
  "announced-twice": "Provavelmente ele foi reiniciado: os nomes antigos desaparecem em até duas horas.",
  "announced-silent": "Ele pode ter terminado sem avisar; senão, libere UDP nessa porta no firewall da máquina dele.",
  "tracker-not-found": "Informe o endereço do tracker.",
  "tracker-odd":
    "Confira o endereço e a porta. Se for o seu tracker, ele deve responder a LST com uma lista ou com ERR.",
  "tracker-silent": (v) => SILENT_NEXT[v.tcp],
  "trackers-partly":
    "Compartilhar funciona enquanto um deles responder: inicie os outros de novo, ou deixe-os de fora. Código de saída 1; 3 é para nenhuma resposta.",
  "trackers-differ":
    "São redes diferentes: um cliente usa só uma delas, e nada vê nem compartilha na outra. Informe o outro tracker com --also, ou inicie os dois com o mesmo --registry.",
  "udp-blocked":
    "Libere UDP para esse endereço e porta, e as respostas, nos firewalls das duas máquinas e da rede entre elas.",
  "port-answers-here": (v) =>
    `Se os outros não conseguem baixar de você, inicie o cliente com --port ${v.port} e, com ele em execução, teste a porta a partir da máquina deles: ${
      testPort("", v.port)
    }.`,
  "port-unreachable": (v) =>
    `Libere conexões TCP de entrada na porta ${v.port} no firewall desta máquina, ou escolha uma porta liberada com --port. Atrás de um roteador, redirecione a porta para esta máquina.`,
  "port-untried": (v) =>
    `Inicie o cliente com --port ${v.port} e, com ele em execução, teste a porta a partir de outra máquina: ${
      testPort(v.host, v.port)
    }.`,
  "port-in-use":
    "Encerre esse programa, ou escolha outra porta com --port. Se for o seu próprio cliente em execução, não há problema.",
  "port-denied": "Escolha uma porta acima de 1023 com --port.",
  "dialect": "Este cliente aceita os desvios, outros talvez não: avise o desenvolvedor do tracker.",
  "tracker-cuts":
    "Compartilhe menos imagens de uma vez, com nomes mais curtos, ou use um tracker que aceite requisições mais longas.",
  "tracker-refuses": "Tente de novo em alguns minutos, ou fale com quem administra o tracker.",
  "peer-dialect": "Outros clientes podem não conseguir baixar dele: avise o desenvolvedor do programa.",
  "peer-not-listed": "Confira o endereço e a porta, e se o peer está registrado neste tracker.",
  "peer-unreachable":
    "Confira se ele está em execução, se escuta na porta que registrou, e o firewall da máquina dele.",
  "peer-silent": "Ele deve responder assim que tiver lido GET, um espaço e 32 dígitos: nada vem depois deles.",
  "peer-empty":
    "Ele deve enviar os bytes do arquivo cujo MD5 registrou. Se o arquivo mudou, atualize o registro do peer.",
  "peer-wrong": "Ele deve enviar os bytes do arquivo, sem nada antes nem depois, e então fechar a conexão.",
  "several-addresses":
    "Os outros baixam as suas imagens do endereço que o tracker vê e precisam conseguir acessá-lo. Se não conseguem, desconecte-se das outras redes (VPN, máquinas virtuais, um segundo cabo).",
  "address-translated":
    "Redirecione a porta TCP para esta máquina nesse roteador, ou use um tracker na sua própria rede.",
  "no-address": "Conecte-a à rede dos outros peers.",
  "directory-missing": "Crie-o, ou informe um que exista.",
  "directory-unreadable": "Confira se é um diretório e se você tem permissão de leitura.",
  "directory-not-writable": "Confira se você tem permissão de gravação, ou informe outro diretório para os downloads.",
  "ignore-unreadable": "Corrija esse arquivo (texto simples em UTF-8) ou remova-o.",
  "no-images":
    "Coloque ali arquivos JPEG, PNG, GIF, WebP, AVIF, HEIC, BMP ou TIFF. Arquivos ocultos, arquivos excluídos por .idp2piignore e, com --no-recursive, subdiretórios não contam.",
  "files-unreadable": "Confira se você tem permissão de leitura.",
  "disk-low": "Libere espaço antes de baixar.",
  "disk-full": "Libere espaço: nada pode ser baixado.",
  "clock-off": "Acerte o relógio desta máquina, de preferência pela rede (NTP).",
  "clock-drive":
    "Acerte os dois relógios pela rede (NTP): até lá, um arquivo que ainda está sendo copiado para ali pode ser compartilhado antes de estar completo.",
};

/** The sentences. */
export const DOCTOR: DoctorWords = { found: FOUND, next: NEXT };
