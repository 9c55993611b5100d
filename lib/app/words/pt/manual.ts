/** The texts of the manual pages in addition to `--help`, in Brazilian Portuguese. */
import type { Words } from "../en/words.ts";

/** The words of both manual pages. */
export const MANUAL: Words["manual"] = {
  book: "Comandos do usuário",
  sections: {
    name: "NOME",
    synopsis: "SINOPSE",
    description: "DESCRIÇÃO",
    commands: "COMANDOS",
    options: "OPÇÕES",
    environment: "AMBIENTE",
    files: "ARQUIVOS",
    exits: "STATUS DE SAÍDA",
    examples: "EXEMPLOS",
    see: "VEJA TAMBÉM",
  },
  sameAs: (option) => `o mesmo que ${option}`,
  noColor: "se definida com qualquer valor, desativa as cores",
  term: "se for dumb, o cursor não é movido e o cliente mostra um menu de linhas simples",
  language: "idioma das mensagens, se --lang não for indicada; se nenhuma estiver definida, vale o do sistema",
  config: "arquivo de configuração em TOML: as chaves são os nomes das opções sem os hifens",
  cache:
    "MD5s das imagens compartilhadas, para que arquivos não modificados não sejam lidos de novo; fica em outro lugar no macOS e no Windows",
  history: "os últimos 100.000 downloads e envios; só o seu usuário pode ler",
  thumbnails: "miniaturas de imagens daqui e de outros peers, no máximo 256 MiB: pode ser apagado a qualquer momento",
  ignore: "no diretório compartilhado: padrões de arquivos que não são compartilhados, na sintaxe do .gitignore",
  exits: {
    0: "sucesso",
    1: "falha: uma mensagem na saída de erros diz o que falhou e o que fazer",
    2: "uso incorreto",
    3: "o tracker não pode ser alcançado",
    4: "nada encontrado: não há imagens compartilhadas, ou nenhuma corresponde ao pedido",
    5: "algumas imagens não puderam ser baixadas, ou alguns argumentos não correspondem a nenhuma imagem",
    6: "nenhuma imagem pôde ser baixada, pois nenhuma tinha o MD5 correto",
    7: "diagnostico: nenhum problema encontrado aqui, mas o tracker ou o peer se desvia do protocolo",
  },
  programs: {
    server: [
      "idp2pi-server é o tracker do IDP2PI, um protocolo para compartilhar imagens entre peers. Os clientes registram as imagens que compartilham, e o tracker envia a lista a todo cliente que a pede. As imagens são transferidas diretamente de um peer a outro.",
      "O programa mostra os endereços em que os clientes o alcançam e, depois, uma linha para cada evento, até ser encerrado com Ctrl-C ou SIGTERM. Um registro que o cliente não renova expira.",
      "Em redes privadas ele se anuncia por DNS-SD (_idp2pi._udp.local, porta UDP 5353) com o nome da máquina, para que os clientes o encontrem sem um endereço. Em um endereço público, nunca.",
      "Ele pode ser executado em um endereço público: as respostas a endereços desconhecidos são limitadas a um pequeno múltiplo do tamanho das requisições, e um peer público só é listado depois que o tracker se conecta à porta dele.",
    ],
    client: [
      "idp2pi-client compartilha as imagens de um diretório, lista as imagens de outros peers e as baixa diretamente das máquinas deles. Um tracker, idp2pi-server, sabe quais peers compartilham quais imagens. O MD5 de cada download é conferido, e a imagem passa a ser compartilhada.",
      "Em vez do endereço do tracker, automatico encontra o que se anuncia na rede desta máquina ou, se nenhum se anuncia, um que está em execução nela. Se há vários, uma pessoa escolhe, e um programa recebe um erro que os lista. Se mais tarde o tracker não responde, ele é procurado de novo.",
      "Sem um comando, mostra um menu. Sem um terminal, compartilha até ser interrompido, como o comando compartilhar.",
      "As imagens são reconhecidas pelo conteúdo: JPEG, PNG, GIF, WebP, AVIF, HEIC, BMP e TIFF. Subdiretórios também são compartilhados; arquivos ocultos e links, não. Arquivos existentes nunca são sobrescritos.",
      "O IDP2PI não tem criptografia nem autenticação de peers: quem alcança um peer pode baixar o que ele compartilha.",
    ],
  },
};
