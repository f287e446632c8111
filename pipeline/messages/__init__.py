"""What the program says to people, Kazakh first.

Code speaks in ids and values; every sentence stands in pipeline/locale/<language>/LC_MESSAGES/jeke.po. After
an edit there: `python tools/compile_messages.py`. The ids:

- `finding.<code>`, `input.<code>`, `error.<code>`, each with `….remedy`: what is wrong, and what to do;
- `deadline.<code>`: the act that is due;
- `severity.<severity>`; `value.<vocabulary>.<word>`: words of closed sets, as people read them;
- `answer.…`: the answers laid beside the documents; `cli.…`: the command line's words, its help among them.
"""
