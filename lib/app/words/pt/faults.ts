/** The faults of lib/fault/fault.ts and their reasons, in Brazilian Portuguese. */
import type { Reason } from "../../../fault/reason.ts";
import type { Words } from "../en/words.ts";
import { imagens, n } from "./numbers.ts";

/** The reasons of the operating system, by their English words. */
export const REASONS: Readonly<Record<Reason, string>> = {
  "no permission": "sem permissão",
  "read-only file system": "sistema de arquivos só de leitura",
  "does not exist": "não existe",
  "not a directory": "não é um diretório",
  "is a directory": "é um diretório",
  "disk full": "disco cheio",
  "disk quota exceeded": "cota de disco esgotada",
  "too many open files": "arquivos abertos demais",
  "out of memory": "memória insuficiente",
  "name too long": "nome longo demais",
  "disk error": "erro de disco",
  "stale network drive: mount it again": "unidade de rede desatualizada: monte-a de novo",
  "too large": "grande demais",
  "not UTF-8": "não é UTF-8",
  damaged: "danificado",
  "on another drive": "em outra unidade",
  "file name is not UTF-8": "nome do arquivo não é UTF-8",
  "is a link": "é um link",
  "not a regular file": "não é um arquivo comum",
  "database of another program": "banco de dados de outro programa",
  "written by a newer version": "gravado por uma versão mais nova",
  "user or password refused": "usuário ou senha recusados",
  "its memory is full": "a memória dele está cheia",
  "it takes no changes now": "ele não aceita mudanças agora",
  "the Sentinel knows no primary of this name": "o Sentinel não conhece um primário com esse nome",
  "points outside the directory": "aponta para fora do diretório",
  "changed while being read": "mudou durante a leitura",
  "in use by another program": "em uso por outro programa",
  "connection refused": "conexão recusada",
  "connection reset": "conexão interrompida",
  "connection closed": "conexão encerrada",
  "no route to host": "sem rota para o host",
  "network unreachable": "rede inacessível",
  "timed out": "tempo esgotado",
};

const onHost = (host: string): string => host === "" ? "nesta máquina" : `em ${host}`;

/** The sentences by code. */
export const FAULTS: Words["faults"] = {
  "port-in-use": (v) =>
    `A porta ${v.protocol} ${v.port} já está em uso ${
      onHost(v.host)
    }: encerre o programa que a usa, ou escolha outra porta com --port.`,
  "port-denied": (v) =>
    `Sem permissão para abrir a porta ${v.protocol} ${v.port} ${
      onHost(v.host)
    }: escolha uma porta acima de 1023 com --port, ou execute com o privilégio de abri-la.`,
  "port-unusable": (v) =>
    `Não é possível abrir a porta ${v.protocol} ${v.port} ${
      onHost(v.host)
    } (${v.reason}): elimine a causa e inicie o programa de novo.`,
  "address-not-here": (v) =>
    `${v.address} não é um endereço desta máquina: informe um dos endereços dela com ${v.option}, ou 0.0.0.0 para usar todos.`,
  "host-unknown": (v) =>
    `O nome ${v.host} não corresponde a nenhum endereço: confira a grafia, ou informe o endereço IP do tracker.`,
  "no-private-network": () =>
    "Esta máquina não está em nenhuma rede privada onde se possa procurar um tracker: conecte-a a uma, ou informe o endereço do tracker.",
  "no-tracker-found": (v) =>
    `Nenhum tracker encontrado na rede ${v.networks}: inicie o idp2pi-server nela e libere a porta UDP 5353 nos firewalls das duas máquinas, ou informe o endereço do tracker. “idp2pi-client diagnostico automatico” mostra o que foi tentado.`,
  "several-trackers": (v) =>
    `Vários trackers encontrados: ${v.trackers}. Informe o endereço de um deles, ou acrescente --also automatico para usar todos.`,
  "tracker-silent": (v) =>
    `O tracker em ${v.address} não respondeu em ${
      n(v.seconds, "segundo")
    }: confira o endereço, se o tracker está em execução e se nenhum firewall bloqueia UDP.`,
  "trackers-silent": (v) =>
    `Nenhum dos trackers respondeu: ${v.addresses}. Confira os endereços, se algum deles está em execução e se nenhum firewall bloqueia UDP.`,
  "tracker-unreachable": (v) =>
    `Não é possível enviar dados ao tracker em ${v.address} (${v.reason}): confira o endereço e a rede desta máquina.`,
  "not-a-tracker": (v) =>
    `O programa em ${v.address} não é um tracker: enviou “${v.reply}”. Confira o endereço e a porta.`,
  "tracker-refused": (v) =>
    `O tracker recusou ${v.request}: “${v.reply}”. Registre de novo, ou fale com quem administra o tracker.`,
  "password-conflict": (v) =>
    `O tracker recusou ${v.request}: este endereço está registrado com outra senha. Registre de novo, ou escolha outra porta com --port.`,
  "directory-missing": (v) => `${v.path} não existe: confira a grafia, ou crie o diretório.`,
  "directory-unusable": (v) =>
    `Não é possível usar o diretório ${v.path} (${v.reason}): confira se é um diretório e se você tem permissão de leitura.`,
  "ignore-unusable": (v) =>
    `Não é possível ler ${v.path} (${v.reason}), e os arquivos que ele exclui não devem ser compartilhados: corrija-o ou remova-o.`,
  "config-unusable": (v) =>
    `Não é possível ler o arquivo de configuração ${v.path} (${v.reason}): corrija-o, remova-o, ou indique outro com --config.`,
  "state-unusable": (v) =>
    `Não é possível usar o arquivo de estado ${v.path} (${v.reason}): indique um arquivo que este usuário possa gravar, em um diretório que exista.`,
  "state-unreadable": (v) =>
    `Não é possível ler o arquivo de estado ${v.path} (${v.reason}): indique com --state o arquivo de estado de um tracker, que este usuário possa ler.`,
  "backup-exists": (v) => `${v.path} já existe e não será sobrescrito: indique um arquivo novo para a cópia.`,
  "state-unwritten": (v) =>
    `Não é possível gravar os registros em ${v.path} (${v.reason}), e um reinício os perderia: libere espaço ou verifique o disco. Nova tentativa a cada segundo.`,
  "registry-unusable": (v) =>
    `Não é possível usar o registro compartilhado em ${v.engine} (${v.reason}): confira --registry, se o Redis ou Valkey está em execução lá e se o “bind” dele e o firewall permitem o acesso desta máquina.`,
  "registry-refused": (v) =>
    `O registro compartilhado em ${v.engine} recusou o usuário ou a senha: confira a senha no arquivo de --registry-password ou em IDP2PI_SERVER_REGISTRY, e o usuário no endereço, como em redis://tracker@${v.engine}.`,
  "registry-forbidden": (v) =>
    `O usuário de --registry não pode usar as chaves “{${v.prefix}}:*” em ${v.engine}, ou um comando de que os trackers precisam: permita isso lá (~{${v.prefix}}:* no engine.acl), ou escolha outro nome com “?prefix=” em --registry.`,
  "password-unreadable": (v) =>
    `Não é possível ler a senha em ${v.path} (${v.reason}): indique com --registry-password um arquivo que este usuário possa ler.`,
  "registry-foreign": (v) =>
    `Os dados em “${v.prefix}” em ${v.engine} não são um registro desta versão (${v.reason}) e não serão alterados: escolha outro nome com “?prefix=” em --registry.`,
  "registry-away": (v) =>
    `Sem contato com o registro compartilhado em ${v.engine} (${v.reason}): este tracker continua com o que conhece e envia as mudanças depois. Novas tentativas serão feitas automaticamente.`,
  "http-in-use": (v) =>
    `A porta TCP ${v.port} já está em uso ${
      onHost(v.host)
    }: encerre o programa que a usa, ou escolha outra porta com ${v.option}.`,
  "http-denied": (v) =>
    `Sem permissão para abrir a porta TCP ${v.port} ${
      onHost(v.host)
    }: escolha uma porta acima de 1023 com ${v.option}.`,
  "address-zoned": (v) =>
    `Os navegadores não abrem ${v.address}, um endereço com zona: informe outro endereço desta máquina com ${v.option}.`,
  "no-client": () =>
    "Nenhum dos seus clientes está em execução nesta máquina: inicie um com “idp2pi-client compartilhar”.",
  "no-client-at": (v) =>
    `Nenhum dos seus clientes usa a porta TCP ${v.port}: “idp2pi-client status” mostra os que estão em execução.`,
  "client-gone": (v) =>
    `O cliente do processo ${v.pid} foi encerrado antes de responder: “idp2pi-client status” mostra os que estão em execução.`,
  "client-silent": (v) =>
    `O cliente do processo ${v.pid} não responde: retome-o se estiver suspenso (Ctrl-Z), ou encerre o processo.`,
  "client-differs": (v) =>
    `O cliente do processo ${v.pid} é de outra versão e não aceita esta requisição: encerre-o e inicie-o de novo.`,
  "output-unwritten": (v) =>
    `Não é possível gravar a saída (${v.reason}), que ficou incompleta: libere espaço ou redirecione-a para outro lugar, e execute o comando de novo.`,
  "image-not-here": (v) =>
    `Nenhuma imagem com MD5 ${v.md5} é compartilhada aqui: liste as imagens de novo e escolha na nova lista.`,
  "image-unreadable": (v) =>
    `Não é possível ler ${v.name} no momento (${v.reason}). A imagem continua na lista: verifique o disco em que está.`,
  "image-changed": (v) => `${v.name} mudou desde que foi listada: atualize o registro para compartilhar a nova versão.`,
  "no-peers": (v) => `Nenhum peer compartilha mais ${v.name}: liste as imagens de novo.`,
  "peer-unreachable": (v) => `Não foi possível conectar a ${v.peer} (${v.reason}).`,
  "peer-silent": (v) => `${v.peer} não enviou nada por ${n(v.seconds, "segundo")}.`,
  "peer-cut": (v) => `A conexão com ${v.peer} caiu depois de ${n(v.bytes, "byte")} (${v.reason}).`,
  "peer-slow": (v) => `${v.peer} é lento demais: enviou só ${n(v.bytesPerSecond, "byte")} por segundo.`,
  "peer-lacks": (v) => `${v.peer} não compartilha mais a imagem.`,
  "peer-odd": (v) => `${v.peer} enviou uma parte da imagem diferente da que foi pedida.`,
  "peer-banned": (v) => `${v.peer} falhou há pouco e não será contatado por mais ${n(v.seconds, "segundo")}.`,
  "peer-passed-over": (v) =>
    `${v.peer} não foi contatado: nenhum peer desta lista pode ter um endereço assim (loopback, não especificado, link-local, multicast ou broadcast).`,
  "list-exhausted": (v) =>
    `${v.peer} não foi contatado: ${
      n(v.tried, "conexão já falhou", "conexões já falharam")
    } com endereços desta lista.`,
  "peer-empty": (v) =>
    `${v.peer} fechou a conexão sem enviar nenhum byte: não compartilha mais a imagem, ou atende peers demais.`,
  "peer-said": (v) => `${v.peer} enviou “${v.text}” em vez de uma imagem.`,
  "wrong-md5": (v) =>
    `${v.peer} enviou dados que não são a imagem: ${
      n(v.bytes, "byte")
    } com MD5 ${v.got} em vez de ${v.expected}. Os dados foram descartados.`,
  "too-large": (v) =>
    `${v.peer} enviou mais de ${n(v.limit, "byte")}, o tamanho máximo de uma imagem: conexão fechada.`,
  "no-room-for-all": (v) =>
    `${imagens(v.images)}, com ${Math.ceil(v.bytes / 1e6)} MB, não cabem no disco de ${v.path}, que tem ${
      Math.floor(v.free / 1e6)
    } MB livres: libere espaço, escolha menos imagens, ou use --yes para baixar as que couberem.`,
  "disk-full": (v) => `O disco de ${v.path} está cheio: libere espaço e baixe a imagem de novo.`,
  "no-room": (v) =>
    `O disco de ${v.path} não tem espaço suficiente para ${v.name}: libere espaço e baixe a imagem de novo.`,
  "not-written": (v) =>
    `Não é possível gravar em ${v.path} (${v.reason}): confira se existe e se você tem permissão de gravação.`,
  "queue-damaged": (v) =>
    `A lista de downloads não concluídos ${v.path} está danificada e foi renomeada para ${v.backup}. O que pôde ser lido foi mantido: baixe de novo as imagens que faltarem.`,
  "queue-unwritten": (v) =>
    `Não é possível gravar a lista de downloads não concluídos em ${v.path} (${v.reason}): se o programa terminar antes deles, eles não serão oferecidos de novo.`,
  "fetch-failed": (v) =>
    `Não foi possível baixar ${v.name}. ${
      v.faults.map(({ message }) => message).join(" ")
    } Liste as imagens de novo, ou tente mais tarde.`,
};
