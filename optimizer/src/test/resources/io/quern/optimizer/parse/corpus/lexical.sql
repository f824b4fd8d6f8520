SELECT 'first'
  'second' AS s;
SELECT E'a\'b\n', U&'d\0061t\+000061', U&'d!0061' UESCAPE '!', N'x', e'it''s';
SELECT $$a 'b' $c$ d$$, $tag$ $$ $tag$, B'101', b'', X'1fF', x'';
SELECT U&"d\0061ta", U&"d!0061t" UESCAPE '!', "a ""quoted"" name", "Select" FROM "T";
SELECT 1, 1., .5, 1.5e-10, 1e5, 0x1F, 0o17, 0b101, 1_000_000, 0x_FF, 1_0.2_5;
SELECT /* a /* nested */ comment */ 1 -- to the end of the line
  + 2;
SELECT a<-1, a<=-1, b*-2, c||'d', e->>'f', g@-1, h^-1 FROM t;
SELECT ünïcödé, "日本", 名前 FROM tabelle_ä WHERE straße = 'ß';
SeLeCt A, "A" fRoM T wHeRe b;
SELECT $1, $2::text, $10;
SELECT a.b.c.d, t . x FROM t;
