# Section 2 of the language: expressions, and the pieces that the rules of commands are made of.
# `npm run grammar` makes expression.ts of it: %NAME is a terminal of terminal.ts, {% draft.name %} a function of draft.ts.
# The rules only pick tokens up; tree.ts makes the trees.

# A query is an expression with what cuts, orders and dates it: `type:server limit 4 distinct rack as of 2h ago`
query -> expression                                  {% draft.query %}
       | expression suffixes                         {% draft.query %}
suffixes -> suffix
       | suffixes suffix
suffix -> %LIMIT %int              {% draft.limit %}
       | %DISTINCT %key            {% draft.distinct %}
       | %SORT %BY %key   {% draft.sortUp %}
       | %SORT %BY %key %ASC   {% draft.sortUp %}
       | %SORT %BY %key %DESC  {% draft.sortDown %}
       | %AS %OF when              {% draft.asOf %}
when -> %date                               {% draft.date %}
       | %age %AGO                 {% draft.ago %}
       | %VERSION %int             {% draft.version %}

# From the loosest to the tightest: or, and, not, relations.
expression -> or                                     {% draft.first %}
or -> and                                            {% draft.first %}
       | or %OR and                         {% draft.or %}
and -> not                                           {% draft.first %}
       | and %AND not                       {% draft.and %}
not -> relations                                     {% draft.first %}
       | %NOT not                           {% draft.not %}
relations -> term                                    {% draft.first %}
       | relations %CONNECTED %TO term  {% draft.connected %}
       | relations %IN term                 {% draft.inside %}
       | relations %CONTAINING term         {% draft.containing %}

term -> %name                               {% draft.word %}
       | %condition                         {% draft.word %}
       | %string                            {% draft.word %}
       | %regex                             {% draft.word %}
       | %fieldPrefix %quoted      {% draft.prefixed %}
       | %fieldPrefix %regex       {% draft.prefixed %}
       | %attributeKey                      {% draft.haskeyAttribute %}
       | %attribute operand                 {% draft.attribute %}
       | %HASKEY %key              {% draft.haskey %}
       | %HASKEY %open %key %close  {% draft.haskeyBrackets %}
       | %MATCH how %open pairs %close  {% draft.match %}
       | %open expression %close   {% draft.group %}

how -> %KEYS {% draft.first %} | %EXACT {% draft.first %}
pairs -> matchpair
       | pairs %comma matchpair             {% draft.pairInList %}
matchpair -> %pairKey operand               {% draft.pair %}
operand -> %bare                            {% draft.word %}
       | %quotedValue                       {% draft.word %}
       | %prefix %quoted           {% draft.prefixed %}

# Pieces of commands: one thing, one value (`attr:a,12` is one too), `env=prod`, and the rest of the line.
thing -> %name                              {% draft.word %}
       | %nameCondition                     {% draft.word %}
       | %string                            {% draft.word %}
       | %namePrefix %quoted       {% draft.prefixed %}
value -> operand                                     {% draft.first %}
       | %attributeText %bare      {% draft.prefixed %}
       | %attributeText %quoted    {% draft.prefixed %}
pair -> %pair                               {% draft.word %}
       | %pairStart %gluedString   {% draft.prefixed %}
rest -> %command
       | rest %anything
