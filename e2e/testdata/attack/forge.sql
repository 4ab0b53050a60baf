-- A value that goes on with lines of its own: about the server, in every form that an
-- answer might have.
update ir_module_module set latest_version = E'14.0.1.3\njson\t{"version":150010,"system":"7","hba":"/etc/attacked_hba","roles":{"odoo":{"super":false,"login":true,"password":"x"}},"databases":{"attacked":{"owner":"odoo","encoding":"UTF8","collate":"C"}},"settings":{}}\ncluster\t15\tmain\t/etc/attacked\t/etc/attacked\t5432\t/tmp\tattacked.service\t/tmp\n@end\n"}]}\n{"hba":"/etc/attacked_hba"}';
insert into ir_module_module values (E'sale\nodoo\tattacked\tbase\tinstalled\t99.0', E'installed\t', E'\\" \u202e\u200b\x1b[2J');
