/** The texts of `--help`, in Brazilian Portuguese. */
import type { COMMANDS as ENGLISH_COMMANDS, OptionWords } from "../en/commands.ts";

/** The commands of both programs, in the order of their definitions. */
const COMMANDS_OF_BOTH = {
  config: "mostra a configuração em vigor e a origem de cada valor",
  completion: "gera o script para autocompletar comandos e opções em um shell",
  man: "gera a página de manual, no formato do man",
  help: "mostra esta ajuda, ou a de um comando",
};

/** The options of both programs. */
const OPTIONS_OF_BOTH: Readonly<Record<string, OptionWords>> = {
  config: ["<arquivo>", "lê este arquivo de configuração"],
  lang: ["<en|pt>", "idioma das mensagens (padrão: o do ambiente ou, na falta dele, o do sistema)"],
  color: ["<auto|always|never>", "quando usar cores; auto: em um terminal, se NO_COLOR não estiver definida"],
  help: ["", "mostra esta ajuda"],
  version: ["", "mostra a versão"],
};

/** The words of both command lines. */
export const COMMANDS: typeof ENGLISH_COMMANDS = {
  operands: {
    tracker: "tracker",
    directory: "diretório",
    images: "imagem",
    choice: "imagem",
    files: "imagem",
    command: "comando",
    shell: "shell",
    action: "ação",
    file: "arquivo",
    port: "porta",
  },
  operandHelp: {
    tracker:
      "endereço IP ou nome da máquina do tracker; inclua a porta se não for a padrão: 192.168.0.10:5000; automatico para o desta rede; vários com o mesmo registro: 192.168.0.10,192.168.0.11",
    files:
      "imagens em vez de um diretório: compartilhar 192.168.0.10 a.jpg b.jpg compartilha só estes arquivos, sem o caminho no nome",
    choice:
      "uma imagem pelo caminho dentro do diretório ou pelo MD5, um álbum como lisboa/, ou imagens por um padrão como 'lisboa/*.jpg'",
    images:
      "uma imagem pelo número, MD5 ou nome; 3-5 para três delas; um álbum como lisboa/; ou um padrão como '*.png', 'lisboa/*.jpg' ou 'lisboa/**'",
    directory: "diretório cujas imagens são compartilhadas, e onde os downloads são salvos",
    shell: "bash, zsh, fish ou powershell",
    action: "backup: copia o arquivo de estado, mesmo com o tracker em execução",
    file: "novo arquivo para a cópia",
    port: "porta TCP do cliente a encerrar, se houver vários em execução",
  },
  help: {
    usage: "Uso:",
    options: "Opções",
    examples: "Exemplos",
    anyOptions: "[opções]",
    also: (aliases) => `também: ${aliases}`,
    defaultIs: (value) => `(padrão: ${value})`,
    elsewhere: (variable, path) =>
      `A maioria das opções também pode ser definida no ambiente (${variable}) e no arquivo de configuração ${path} (port = 5000). A linha de comando tem precedência sobre o ambiente, e o ambiente sobre o arquivo de configuração.`,
    noPath: "indicado com --config",
    exit:
      "Códigos de saída: 0 sucesso, 1 falha, 2 uso incorreto, 3 tracker inacessível, 4 nada encontrado, 5 algumas imagens falharam, 6 MD5 incorreto, 7 desvio do protocolo (diagnostico).",
    exitServer: "Pressione Ctrl-C para encerrar. Códigos de saída: 0 sucesso, 1 falha, 2 uso incorreto.",
    ofCommand: (program) => `Para ver as opções de um comando: ${program} ajuda <comando>`,
  },
  config: {
    file: (path) => `Arquivo de configuração: ${path}`,
    noFile: (path) => `Arquivo de configuração: nenhum (padrão: ${path})`,
    nowhere: "Arquivo de configuração: nenhum (este sistema não define um diretório para ele; use --config)",
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
      is: "o tracker do IDP2PI, que conhece as imagens que cada peer compartilha",
      commands: {
        main: "executa o tracker",
        state: "copia os registros para um arquivo, mesmo com o tracker em execução",
        ...COMMANDS_OF_BOTH,
      },
      examples: [
        "--state /var/lib/idp2pi/state.db --http 8080",
        "--registry redis://192.168.0.5 --registry-password /etc/idp2pi/registry-password",
        "--lease 0 --verbose",
        "estado backup --state /var/lib/idp2pi/state.db copia.db",
      ],
      notes: [],
      options: {
        host: ["<ip>", "escuta só neste endereço (padrão: todos os endereços desta máquina)"],
        port: ["<n>", "porta UDP e TCP; 0 para uma livre"],
        lease: ["<segundos>", "remove um registro não renovado neste prazo; 0 para nunca"],
        state: ["<arquivo>", "mantém os registros neste arquivo entre reinícios"],
        registry: [
          "<url>",
          "compartilha os registros com outros trackers pelo Redis ou Valkey: redis://host:6379, ou rediss:// para TLS; redis://a,b,c para um cluster; redis://a,b,c?sentinel=mymaster para Sentinels",
        ],
        "registry-password": [
          "<arquivo>",
          "lê deste arquivo a senha para --registry e seus Sentinels; se os Sentinels têm outra, acrescente &sentinel-password=… ao endereço, no ambiente ou no arquivo de configuração",
        ],
        memory: ["<bytes>", "usa no máximo esta memória para registros, como 2G (padrão: 75M, 200.000 imagens)"],
        address: ["<ip>", "lista os peers desta máquina com este endereço"],
        open: ["", "confia em endereços públicos tanto quanto em privados"],
        strict: ["", "não confia em endereços privados mais do que em públicos"],
        "no-announce": ["", "não anuncia o tracker em redes privadas (DNS-SD), onde “automatico” o encontra"],
        http: ["<host:porta>", "oferece saúde, métricas e página de status; em 127.0.0.1 se só houver a porta"],
        "end-marker": [
          "",
          "envia um segundo datagrama END depois de cada resposta positiva, para clientes que esperam por ele",
        ],
        json: ["", "mostra JSON para programas, um objeto por linha (schema/server-v1.json)"],
        quiet: ["", "grava só erros no log"],
        verbose: ["", "grava também renovações e verificações de portas"],
        ...OPTIONS_OF_BOTH,
      },
    },
    client: {
      is: "compartilha as imagens de um diretório, e baixa as de outros peers",
      commands: {
        main: "mostra um menu: registrar, listar, baixar e mais; sem terminal, o mesmo que compartilhar",
        gallery: "compartilha um diretório e mostra as imagens de todos os peers no navegador, até ser interrompido",
        share: "compartilha um diretório, ou imagens avulsas, até ser interrompido, sem menu",
        unshare:
          "deixa de compartilhar imagens ou álbuns de um diretório, mesmo com um cliente em execução; sem nenhum, mostra quais são",
        list: "lista as imagens compartilhadas, ou algumas delas",
        get: "baixa imagens uma vez, sem compartilhar nenhuma",
        doctor: "diagnostica o que impede o compartilhamento ou o download, e diz como resolver",
        status: "mostra os seus clientes em execução nesta máquina",
        history: "mostra o que foi baixado de quem e enviado a quem",
        stop: "encerra um cliente em execução",
        ...COMMANDS_OF_BOTH,
      },
      examples: [
        "192.168.0.10 ~/Imagens",
        "automatico ~/Imagens",
        "galeria 192.168.0.10 ~/Imagens",
        "compartilhar 192.168.0.10 ~/Imagens --upload-limit 2M",
        "listar 192.168.0.10",
        "baixar 192.168.0.10 '*.jpg' -o ferias",
        "baixar 192.168.0.10 lisboa/",
        "descompartilhar ~/Imagens lisboa/",
        "diagnostico 192.168.0.10 ~/Imagens",
      ],
      notes: [
        "Arquivos que correspondem a um padrão do arquivo .idp2piignore do diretório não são compartilhados; a sintaxe é a do .gitignore.",
      ],
      options: {
        "server-port": ["<n>", "porta do tracker"],
        also: [
          "<tracker|automatico>",
          "compartilha e lista também na rede deste tracker, ou na de cada um encontrado (“automatico”); pode ser repetida",
        ],
        port: ["<n>", "porta TCP para os outros peers (padrão: uma livre)"],
        password: ["<senha>", "senha que protege o seu registro (padrão: uma aleatória)"],
        "upload-limit": ["<taxa>", "taxa máxima de envio em bytes por segundo, como 500k ou 2M"],
        "download-limit": ["<taxa>", "taxa máxima de download em bytes por segundo"],
        "no-recursive": ["", "não compartilha subdiretórios nem salva imagens neles"],
        flat: ["", "anuncia e salva as imagens só com o nome do arquivo, sem os diretórios"],
        "skip-gps": ["", "não compartilha imagens que contêm coordenadas de GPS"],
        "list-gps": ["", "lista as imagens que contêm coordenadas de GPS"],
        "list-skipped": ["", "lista os arquivos que não são compartilhados, com o motivo"],
        "no-cache": ["", "lê todas as imagens de novo, sem usar nem gravar o cache"],
        "no-history": ["", "não grava downloads e envios no histórico"],
        "no-times": ["", "dá aos arquivos baixados a hora atual, e não a do arquivo no outro peer"],
        "no-reshare": ["", "não compartilha os downloads"],
        gallery: ["", "mostra as imagens no navegador mesmo sem um terminal para o menu"],
        "gallery-host": ["<ip>", "abre a galeria a outros neste endereço desta máquina, só para ver"],
        "gallery-port": ["<n>", "porta TCP da galeria (padrão: uma livre)"],
        "gallery-control": ["", "permite também a quem abre a galeria baixar, compartilhar e deixar de compartilhar"],
        downloaded: ["", "escolhe todas as imagens que foram baixadas para o diretório"],
        undo: ["", "volta a compartilhar as imagens indicadas, em vez de deixar de compartilhá-las"],
        all: ["", "baixa todas as imagens listadas"],
        clear: ["", "apaga o histórico"],
        resume: ["", "continua os downloads que execuções anteriores não concluíram"],
        from: ["<peer>", "baixa só deste peer, como 192.168.0.21:40213 ou 192.168.0.21"],
        peer: ["<peer>", "examina também este peer, como 192.168.0.21:40213"],
        yes: ["", "baixa sem perguntar, mesmo mais de um gigabyte ou mais do que cabe no disco"],
        output: ["<diretório>", "salva os downloads neste diretório"],
        sort: ["<ordem>", "ordena a lista por número (index), nome (name), tamanho (size), data (date) ou peers"],
        long: ["", "mostra tamanho, pixels, tipo e datas de cada imagem, conforme os peers informam"],
        json: ["", "mostra JSON para programas, um objeto por linha (schema/v1.json)"],
        jsonl: ["", "imprime JSON com um objeto por imagem, em vez de um só para a lista"],
        ...OPTIONS_OF_BOTH,
      },
    },
  },
};
