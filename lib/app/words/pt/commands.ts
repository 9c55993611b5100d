/**
 * What `--help` says, in Brazilian Portuguese.
 *
 * @module
 */
import type { COMMANDS as ENGLISH_COMMANDS, OptionWords } from "../en/commands.ts";

/** What both programs have, in the order of their definitions. */
const COMMANDS_OF_BOTH = {
  config: "mostra o que está em vigor, e de onde veio",
  completion: "escreve o script com que um shell completa comandos e opções",
  man: "escreve a página de manual, para o man mostrar",
  help: "mostra isto, ou mais sobre um comando",
};

/** The same of options. */
const OPTIONS_OF_BOTH: Readonly<Record<string, OptionWords>> = {
  config: ["<arquivo>", "lê este arquivo de configuração"],
  lang: ["<en|pt>", "idioma das mensagens (padrão: o do ambiente ou, se não houver, o do sistema)"],
  color: ["<auto|always|never>", "com cores ou sem; auto: num terminal, se não houver NO_COLOR"],
  help: ["", "mostra isto"],
  version: ["", "mostra a versão"],
};

/** The words of both command lines. */
export const COMMANDS: typeof ENGLISH_COMMANDS = {
  operands: {
    tracker: "tracker",
    directory: "diretório",
    images: "imagens",
    command: "comando",
    shell: "shell",
    action: "ação",
    file: "arquivo",
    port: "porta",
  },
  operandHelp: {
    tracker: "endereço IP ou nome da máquina em que o tracker roda, com a porta dele se for outra: 192.168.0.10:5000",
    images: "imagens pelo número ou MD5, pelo nome, ou por um padrão como '*.png'; 3-5 são três delas",
    directory: "as imagens dele são compartilhadas, e o que você baixa é salvo nele",
    shell: "bash, zsh, fish ou powershell",
    action: "backup: copia o arquivo de estado, mesmo com o tracker rodando",
    file: "um arquivo novo para a cópia",
    port: "a porta TCP do cliente a encerrar, quando há vários",
  },
  help: {
    usage: "Uso:",
    options: "Opções",
    examples: "Exemplos",
    anyOptions: "[opções]",
    also: (aliases) => `também: ${aliases}`,
    usually: (value) => `(padrão: ${value})`,
    lasting: (variable, path) =>
      `A maioria das opções também pode estar no ambiente (${variable}) e no arquivo de configuração ${path} (port = 5000); a linha de comando vale primeiro, depois o ambiente.`,
    noPath: "indicado com --config",
    exit:
      "Códigos de saída: 0 tudo certo, 1 falha, 2 uso incorreto, 3 o tracker não pode ser alcançado, 4 nada foi encontrado, 5 algumas imagens falharam, 6 MD5 errado, 7 algo foge do protocolo (diagnostico).",
    exitServer: "Encerre com Ctrl-C. Códigos de saída: 0 tudo certo, 1 falha, 2 uso incorreto.",
    one: (program) => `“${program} ajuda …” mostra mais sobre um comando.`,
  },
  config: {
    file: (path) => `Arquivo de configuração: ${path}`,
    noFile: (path) => `Arquivo de configuração: nenhum (seria ${path})`,
    nowhere: "Arquivo de configuração: nenhum (este sistema não diz onde ele ficaria; indique um com --config)",
    sources: {
      "command-line": "linha de comando",
      environment: "ambiente",
      "config-file": "arquivo de configuração",
      default: "padrão",
      none: "–",
    },
    columns: ["opção", "valor", "origem"],
    secret: "(oculta)",
  },
  programs: {
    server: {
      is: "o tracker do IDP2PI. Ele sabe quem compartilha quais imagens e informa a quem perguntar.",
      commands: {
        main: "executa o tracker",
        state: "copia os registros para um arquivo, mesmo com o tracker rodando",
        ...COMMANDS_OF_BOTH,
      },
      examples: [
        "--state /var/lib/idp2pi/state.sqlite --http 8080",
        "--lease 0 --verbose",
        "estado backup --state /var/lib/idp2pi/state.sqlite copia.sqlite",
      ],
      notes: [],
      options: {
        host: ["<ip>", "escuta só neste endereço, e não em todos os desta máquina"],
        port: ["<n>", "a porta, UDP e TCP; 0 para uma livre"],
        lease: ["<segundos>", "mantém um registro por este tempo sem renovação; 0 para sempre"],
        state: ["<arquivo>", "guarda os registros neste arquivo entre reinícios"],
        address: ["<ip>", "lista os peers desta máquina para os outros com este endereço"],
        open: ["", "confia em endereços públicos como nos privados"],
        strict: ["", "não confia em endereços privados mais que nos públicos"],
        http: [
          "<host:porta>",
          "mostra nesse endereço a saúde, as métricas e a situação; em 127.0.0.1, se só houver a porta",
        ],
        "end-marker": [
          "",
          "envia um segundo datagrama END após cada resposta positiva, para o cliente que espera por ele",
        ],
        json: ["", "escreve JSON, um objeto por linha (schema/server-v1.json)"],
        quiet: ["", "não registra nada além de falhas"],
        verbose: ["", "registra também renovações e verificações de portas"],
        ...OPTIONS_OF_BOTH,
      },
    },
    client: {
      is: "compartilha as imagens de um diretório e baixa as dos outros.",
      commands: {
        main: "mostra um menu: registrar, listar, baixar e mais; sem terminal, o mesmo que compartilhar",
        share: "compartilha um diretório até ser encerrado, sem menu",
        list: "lista o que todos compartilham",
        get: "baixa imagens uma vez, sem compartilhar nenhuma",
        doctor: "descobre o que impede a troca de imagens, e o que fazer",
        status: "mostra os seus clientes que estão rodando nesta máquina, e como estão",
        stop: "encerra um cliente que está rodando",
        ...COMMANDS_OF_BOTH,
      },
      examples: [
        "192.168.0.10 ~/Imagens",
        "compartilhar 192.168.0.10 ~/Imagens --upload-limit 2M",
        "listar 192.168.0.10",
        "baixar 192.168.0.10 '*.jpg' -o ferias",
        "diagnostico 192.168.0.10 ~/Imagens",
      ],
      notes: ["O que um arquivo .idp2piignore no diretório indica, como em .gitignore, não é compartilhado."],
      options: {
        "server-port": ["<n>", "a porta do tracker"],
        port: ["<n>", "a porta TCP para os outros peers, em vez de uma livre"],
        password: ["<senha>", "protege o seu registro, em vez de uma gerada na hora"],
        "upload-limit": ["<taxa>", "envia no máximo esta quantidade de bytes por segundo, como 500k ou 2M"],
        "download-limit": ["<taxa>", "baixa no máximo esta quantidade de bytes por segundo"],
        "no-recursive": ["", "não compartilha os diretórios dentro do diretório"],
        "skip-gps": ["", "não compartilha imagens que dizem onde foram tiradas"],
        "list-gps": ["", "mostra quais imagens dizem onde foram tiradas"],
        "no-cache": ["", "lê todas as imagens de novo e não guarda nada sobre elas"],
        all: ["", "baixa todas as que estão na lista"],
        from: ["<peer>", "baixa só deste peer, como 192.168.0.21:40213 ou 192.168.0.21"],
        peer: ["<peer>", "examina também este peer, por exemplo 192.168.0.21:40213"],
        output: ["<diretório>", "salva neste diretório"],
        json: ["", "mostra JSON para programas, um objeto por linha (schema/v1.json)"],
        ...OPTIONS_OF_BOTH,
      },
    },
  },
};
