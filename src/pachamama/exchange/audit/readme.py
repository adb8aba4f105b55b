"""What the bundle says of itself, in Spanish and English: it is read by people who never saw the program."""

README = """\
PAQUETE DE AUDITORÍA · AUDIT BUNDLE
(English below)

Qué es
  Todo lo que sostiene los resultados de los concursos: puntajes, reglas, sorteos, decisiones, premios, pagos, reclamos
  y el diario de cada acción. Con esto se puede comprobar cada puesto y cada premio sin el programa.

Cómo se comprueba
  python3 recount.py                          recuenta todo y recorre el diario: 0 si concuerda, 1 si no, y dice qué no
  python3 recount.py --code XXXXX-XXXXX-…     además compara el código al pie de un papel
  sha256sum -c SHA256SUMS                     los archivos son los que se entregaron
  Solo hace falta Python 3.11 o más nuevo, sin internet. recount.py está escrito a partir de las reglas y no comparte
  código con el programa. Con el programa: pachamama --db pachamama.db check

Qué hay
  rounds.csv            las ediciones (rondas) cerradas, con el nombre de sus archivos
  marks/*.csv           una fila por ficha de jurado: puntajes tal como están en el papel
  entries/*.csv         quiénes compiten, con estado, descuentos y los datos que las reglas usan (field:…)
  orders/, rulings/     sorteos y decisiones del jurado
  rules/*.yaml, *.json  las reglas congeladas al abrir la ronda; el JSON dice lo mismo
  results/, prizes/, purses/   lo que se publicó: puestos, premios, bolsas
  payments/*.csv        recibos y pagos
  returns/*.csv         lo que se devolvió de lo pagado de más, y lo que se decidió dejar
  appeals.csv           reclamos
  seals.csv             los cierres y el código que llevan los papeles de cada uno
  sealed/*.jsonl        lo que está bajo el sello, línea por línea: su SHA-256 da el código
  journal.jsonl         el diario: quién hizo qué y cuándo; cada línea está encadenada a la anterior
  registers/*.csv       padrones
  pachamama.db          copia de la base de datos (SQLite)

Datos personales
  Si el paquete se hizo sin --with-dni, ningún DNI está en él: en la base hay otra palabra en lugar de cada número.
  Los nombres sí están: guárdelo como se guarda un padrón. Un nombre con DNI oculto no se puede probar con el diario, que
  solo guarda una huella de nombre y DNI juntos: recount.py dice cuántos son. Con --with-dni se prueban todos.

----------------------------------------------------------------------------------------------------------------------

What it is
  Everything that the results of the contests rest on: marks, rules, lots, decisions, prizes, payments, appeals, and the
  journal of every action. Each place and each prize can be checked with it, without the program.

How to check it
  python3 recount.py                          recounts everything and walks the journal: 0 if it agrees, else 1, and says
                                              what does not
  python3 recount.py --code XXXXX-XXXXX-…     also compares the code at the foot of a paper
  sha256sum -c SHA256SUMS                     the files are those that were handed over
  It needs Python 3.11 or newer and no internet. recount.py is written from the rules and shares no code with the
  program. With the program: pachamama --db pachamama.db check

What is in it
  rounds.csv            the closed rounds, with the names of their files
  marks/*.csv           a row for each judge's sheet: marks as they stand on the paper
  entries/*.csv         who competes, with status, deductions and the facts that the rules use (field:…)
  orders/, rulings/     drawings of lots and decisions of the jury
  rules/*.yaml, *.json  the rules as they were frozen when the round was opened; the JSON says the same
  results/, prizes/, purses/   what was published: places, prizes, purses
  payments/*.csv        receipts and payments
  returns/*.csv         what was given back of money paid too much, and what was let be
  appeals.csv           appeals
  seals.csv             the closings, and the code on the papers of each
  sealed/*.jsonl        what is under the seal, line by line: its SHA-256 gives the code
  journal.jsonl         the journal: who did what and when; each line is chained to the one before
  registers/*.csv       registers
  pachamama.db          a copy of the database (SQLite)

Personal data
  If the bundle was made without --with-dni no DNI is in it: in the database another word stands for each number.
  Names are in it: keep it as a register is kept. A name whose DNI is hidden cannot be proved by the journal, which keeps
  only a digest of name and DNI together: recount.py says how many there are. With --with-dni all are proved.
"""
