/**
 * What the manual pages say beside what `--help` says, in Brazilian Portuguese.
 *
 * @module
 */
import type { MANUAL as ENGLISH_MANUAL } from "../en/manual.ts";

/** The words of both manual pages. */
export const MANUAL: typeof ENGLISH_MANUAL = {
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
  noColor: "com qualquer valor: sem cores",
  term: "dumb: nada se move, e o menu do cliente são linhas simples",
  language: "idioma das mensagens, quando nenhuma opção o indica; sem elas, o do sistema",
  config: "o arquivo de configuração, em TOML: uma chave para cada opção, sem os traços",
  cache:
    "o que se sabe das imagens dos diretórios compartilhados, para que as que não mudaram não sejam lidas de novo; em outro lugar no macOS e no Windows",
  ignore: "no diretório compartilhado: o que não é compartilhado, na sintaxe de .gitignore",
  exits: {
    0: "feito",
    1: "falhou: uma frase na saída de erros diz o quê, e o que fazer",
    2: "uso errado",
    3: "o tracker não pode ser alcançado",
    4: "nada foi encontrado: ninguém compartilha uma imagem, ou nenhuma das indicadas",
    5: "algumas imagens não puderam ser baixadas, ou algumas palavras não indicam nenhuma",
    6: "nenhuma imagem pôde ser baixada, pois nenhuma tinha o MD5 certo",
    7: "diagnostico: nada está errado aqui, mas o tracker ou o peer foge do protocolo",
  },
  programs: {
    server: {
      is: "o tracker do IDP2PI, que sabe quem compartilha quais imagens",
      description: [
        "idp2pi-server é o tracker do IDP2PI, um protocolo para compartilhar imagens entre peers. Os clientes contam a ele quais imagens compartilham, e ele conta a quem perguntar. As imagens em si vão de um cliente ao outro.",
        "Ele mostra os endereços em que os clientes o alcançam, depois uma linha para cada coisa que acontece, até ser encerrado com Ctrl-C ou SIGTERM. Um registro que o cliente não renova acaba.",
        "Ele pode ficar em um endereço público: responde a estranhos com não mais que algumas vezes o que enviaram, e só lista um peer público depois de alcançar a porta dele.",
      ],
    },
    client: {
      is: "compartilha as imagens de um diretório e baixa as dos outros",
      description: [
        "idp2pi-client compartilha as imagens de um diretório, e lista e baixa as dos outros, direto das máquinas deles. Um tracker, idp2pi-server, sabe quem compartilha quais imagens. O que é baixado é conferido pelo MD5, e passa a ser compartilhado.",
        "Sem um comando ele mostra um menu. Sem um terminal ele compartilha até ser encerrado, como o comando compartilhar.",
        "As imagens são reconhecidas pelo conteúdo: JPEG, PNG, GIF, WebP, AVIF, HEIC, BMP, TIFF. Os diretórios dentro do diretório também são compartilhados; arquivos ocultos e links não. Um arquivo que já existe nunca é sobrescrito.",
        "O IDP2PI não tem criptografia nem como saber quem alguém é: quem alcança um peer pode baixar o que ele compartilha.",
      ],
    },
  },
};
