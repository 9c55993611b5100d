/**
 * What can go wrong, in Brazilian Portuguese: the sentences of lib/fault/fault.ts, and the reasons in them.
 *
 * @module
 */
import type { Reason } from "../../../fault/reason.ts";
import type { Words } from "../en/words.ts";

const format = (value: number): string => value.toLocaleString("pt-BR");

/** `1 segundo`, `2 segundos`. */
const n = (count: number, one: string): string => `${format(count)} ${count === 1 ? one : `${one}s`}`;

/** Of the system, by their English words. */
export const REASONS: Readonly<Record<Reason, string>> = {
  "no permission": "sem permissão",
  "read-only file system": "sistema de arquivos só de leitura",
  "it does not exist": "não existe",
  "not a directory": "não é um diretório",
  "it is a directory": "é um diretório",
  "disk full": "disco cheio",
  "disk quota used up": "cota de disco esgotada",
  "too many open files": "arquivos abertos demais",
  "out of memory": "memória esgotada",
  "name too long": "nome longo demais",
  "the disk failed": "o disco falhou",
  "the network drive has to be mounted again": "a unidade de rede precisa ser montada de novo",
  "too large": "grande demais",
  "not UTF-8": "não é UTF-8",
  "its name is not UTF-8": "o nome não está em UTF-8",
  "it is a link": "é um link",
  "it is no plain file": "não é um arquivo comum",
  "it is a database of another program": "é um banco de dados de outro programa",
  "it was written by a newer version": "foi gravado por uma versão mais nova",
  "it leads out of the directory": "leva para fora do diretório",
  "it changed while it was read": "mudou enquanto era lido",
  "connection refused": "conexão recusada",
  "connection reset": "conexão interrompida",
  "connection closed": "conexão encerrada",
  "no route to it": "sem rota até lá",
  "network unreachable": "rede inacessível",
  "timed out": "tempo esgotado",
};

/** Where a port is, to who reads of it. */
const onHost = (host: string): string => host === "" ? "nesta máquina" : `em ${host}`;

/** By their codes. */
export const FAULTS: Words["faults"] = {
  "port-in-use": (v) =>
    `A porta ${v.protocol} ${v.port} já está em uso ${
      onHost(v.host)
    }: encerre o programa que a ocupa ou escolha outra com --port.`,
  "port-denied": (v) =>
    `Este usuário não pode abrir a porta ${v.protocol} ${v.port} ${
      onHost(v.host)
    }: escolha uma acima de 1023 com --port ou execute com permissão para abri-la.`,
  "port-unusable": (v) =>
    `A porta ${v.protocol} ${v.port} não pode ser aberta ${
      onHost(v.host)
    } (${v.reason}): elimine a causa e inicie o programa de novo.`,
  "address-not-here": (v) =>
    `${v.address} não é um endereço desta máquina: informe um que seja com --host, ou omita --host para usar todos.`,
  "host-unknown": (v) =>
    `O nome ${v.host} não corresponde a nenhum endereço: confira a grafia ou informe o endereço IP do tracker.`,
  "tracker-silent": (v) =>
    `O tracker em ${v.address} não respondeu em ${
      n(v.seconds, "segundo")
    }: confira o endereço, se o tracker está rodando e se nenhum firewall bloqueia UDP até ele.`,
  "tracker-unreachable": (v) =>
    `Não é possível enviar nada ao tracker em ${v.address} (${v.reason}): confira o endereço e a rede desta máquina.`,
  "not-a-tracker": (v) =>
    `O que responde em ${v.address} não é um tracker: enviou “${v.reply}”. Confira o endereço e a porta.`,
  "tracker-refused": (v) =>
    `O tracker recusou ${v.request}: “${v.reply}”. Tente registrar de novo ou fale com quem mantém o tracker.`,
  "password-conflict": (v) =>
    `O tracker conhece este endereço com outra senha e recusou ${v.request}: registre de novo ou escolha outra porta com --port.`,
  "directory-missing": (v) => `O diretório ${v.path} não existe: crie-o ou informe um que exista.`,
  "directory-unusable": (v) =>
    `O diretório ${v.path} não pode ser usado (${v.reason}): confira se é um diretório e quem pode lê-lo.`,
  "ignore-unusable": (v) =>
    `${v.path} não pode ser lido (${v.reason}), e o que ele indica não pode ser compartilhado: corrija-o ou remova-o.`,
  "config-unusable": (v) =>
    `O arquivo de configuração ${v.path} não pode ser lido (${v.reason}): corrija-o, remova-o ou indique outro com --config.`,
  "state-unusable": (v) =>
    `O arquivo de estado ${v.path} não pode ser usado (${v.reason}): indique um que este usuário possa gravar, num diretório que exista.`,
  "backup-exists": (v) => `${v.path} já existe e não será substituído: indique um arquivo novo para a cópia.`,
  "state-unwritten": (v) =>
    `Os registros não podem ser gravados em ${v.path} (${v.reason}) e não sobreviveriam a um reinício: libere espaço ou conserte o disco; nova tentativa a cada segundo.`,
  "http-in-use": (v) =>
    `A porta TCP ${v.port} já está em uso ${
      onHost(v.host)
    }: encerre o programa que a ocupa ou escolha outra com --http.`,
  "http-denied": (v) =>
    `A porta TCP ${v.port} não pode ser aberta ${
      onHost(v.host)
    }: indique um endereço desta máquina e uma porta acima de 1023 com --http.`,
  "no-client": () => "Nenhum cliente seu está rodando nesta máquina: “idp2pi-client compartilhar” inicia um.",
  "no-client-at": (v) =>
    `Nenhum dos seus clientes usa a porta TCP ${v.port}: “idp2pi-client estado” mostra quais estão rodando.`,
  "client-gone": (v) =>
    `O cliente com número de processo ${v.pid} terminou antes de responder: “idp2pi-client estado” mostra quais estão rodando.`,
  "client-silent": (v) =>
    `O cliente com número de processo ${v.pid} não responde: deixe-o continuar se foi parado (Ctrl-Z), ou encerre o processo.`,
  "client-differs": (v) =>
    `O cliente com número de processo ${v.pid} é de outra versão e não entende isto: encerre-o e inicie-o de novo.`,
  "output-unwritten": (v) =>
    `Não é possível gravar a saída (${v.reason}), que ficou incompleta: libere espaço ou redirecione-a para outro lugar e execute o comando de novo.`,
  "image-not-here": (v) =>
    `Nenhuma imagem com MD5 ${v.md5} é compartilhada aqui: liste as imagens de novo e escolha na nova lista.`,
  "image-unreadable": (v) =>
    `Não foi possível ler ${v.name} agora (${v.reason}): a imagem continua na lista; verifique o disco em que está.`,
  "image-changed": (v) =>
    `${v.name} mudou desde que foi listada: atualize o registro para compartilhá-la como está agora.`,
  "no-peers": (v) => `Ninguém mais compartilha ${v.name}: liste as imagens de novo.`,
  "peer-unreachable": (v) => `Não foi possível conectar a ${v.peer} (${v.reason}).`,
  "peer-silent": (v) => `${v.peer} não enviou nada por ${n(v.seconds, "segundo")}.`,
  "peer-cut": (v) => `A conexão com ${v.peer} caiu depois de ${n(v.bytes, "byte")} (${v.reason}).`,
  "peer-slow": (v) => `${v.peer} enviou só ${n(v.bytesPerSecond, "byte")} por segundo: pouco demais para esperar.`,
  "peer-lacks": (v) => `${v.peer} não compartilha mais a imagem.`,
  "peer-odd": (v) => `${v.peer} respondeu com outra parte da imagem, e não com a que foi pedida.`,
  "peer-avoided": (v) => `${v.peer} falhou há pouco e não será tentado por mais ${n(v.seconds, "segundo")}.`,
  "peer-passed-over": (v) =>
    `${v.peer} não foi contatado: é um endereço que nenhum peer pode ter nesta lista (loopback, não especificado, link-local, multicast ou broadcast).`,
  "list-exhausted": (v) =>
    `${v.peer} não foi contatado: ${
      v.tried === 1 ? "1 conexão" : `${format(v.tried)} conexões`
    } a endereços desta lista já ficaram sem resposta.`,
  "peer-empty": (v) => `${v.peer} fechou sem enviar um byte: não compartilha mais a imagem, ou atende muitos outros.`,
  "peer-said": (v) => `${v.peer} não enviou a imagem, e sim “${v.text}”.`,
  "wrong-md5": (v) =>
    `${v.peer} enviou algo que não é a imagem: ${
      n(v.bytes, "byte")
    } com MD5 ${v.got} em vez de ${v.expected}; nada foi guardado.`,
  "too-large": (v) =>
    `${v.peer} enviou mais de ${n(v.limit, "byte")}, mais do que qualquer imagem tem, e foi interrompido.`,
  "disk-full": (v) => `O disco de ${v.path} está cheio: libere espaço e baixe a imagem de novo.`,
  "no-room": (v) => `O disco de ${v.path} não tem espaço para ${v.name}: libere espaço e baixe a imagem de novo.`,
  "not-written": (v) => `Não é possível gravar em ${v.path} (${v.reason}): confira se existe e quem pode gravar ali.`,
  "fetch-failed": (v) =>
    `Não foi possível baixar ${v.name}. ${
      v.faults.map(({ message }) => message).join(" ")
    } Liste as imagens de novo, ou tente mais tarde.`,
};
