// Generates src/fhir/generated/tables.cpp from the official FHIR R4 4.0.1 definitions (CC0):
// resource types, search parameters with their paths resolved to JSON members and data types, and
// the patient compartment.
//
//   node tools/fhir_tables.mjs FOLDER_WITH_official-*.ndjson.zst > src/fhir/generated/tables.cpp
//
// Numbers of types and parameters are stored in data files: they are positions in alphabetical lists
// of a frozen standard and must not change.
import { execFileSync } from 'node:child_process';
import path from 'node:path';

const folder = process.argv[2];
if (!folder) throw new Error('usage: fhir_tables.mjs FOLDER');
const unpack = (name) =>
    execFileSync('zstd', ['-dc', path.join(folder, name)], { maxBuffer: 1 << 30 }).toString();
const lines = (name) => unpack(name).split('\n').filter(Boolean).map((line) => JSON.parse(line));

const structures = new Map();
for (const definition of lines('official-StructureDefinition.ndjson.zst')) {
    if (definition.derivation === 'constraint' || definition.kind === 'logical') continue;
    structures.set(definition.type, definition);
}
const resourceTypes = [...structures.values()]
    .filter((s) => s.kind === 'resource' && !s.abstract)
    .map((s) => s.type)
    .sort();

// element path -> types, e.g. 'Observation.value[x]' -> ['Quantity', ...]
const elements = new Map();
for (const structure of structures.values()) {
    for (const element of structure.snapshot.element) elements.set(element.path, element);
}

const capital = (text) => text[0].toUpperCase() + text.slice(1);
const fhirTypeName = (type) =>
    type.code?.startsWith('http://hl7.org/fhirpath/System.') ? 'string' : type.code;

/** Follows one member name from a context (element path or type name): [{member, context, type}]. */
function follow(context, name) {
    const plain = elements.get(`${context}.${name}`);
    if (plain) {
        if (plain.contentReference) {
            const target = plain.contentReference.replace(/^#/, '');
            return [{ member: name, context: target, type: 'BackboneElement' }];
        }
        return plain.type.map((t) => {
            const type = fhirTypeName(t);
            const inline = type === 'BackboneElement' || type === 'Element';
            return { member: name, context: inline ? `${context}.${name}` : type, type };
        });
    }
    const choice = elements.get(`${context}.${name}[x]`);
    if (choice) {
        return choice.type.map((t) => ({
            member: name + capital(fhirTypeName(t)),
            context: fhirTypeName(t),
            type: fhirTypeName(t),
        }));
    }
    return [];
}

/** Splits 'a.b.where(x=\'y\').c' at dots outside brackets. */
function steps(expression) {
    const out = [];
    let depth = 0;
    let current = '';
    for (const c of expression) {
        if (c === '(') depth++;
        if (c === ')') depth--;
        if (c === '.' && depth === 0) {
            out.push(current);
            current = '';
        } else current += c;
    }
    out.push(current);
    return out;
}

const warnings = [];

/** One alternative of a FHIRPath union -> [{path, type}] or null where it is not for this resource. */
function resolve(expression, base, root) {
    let text = expression.trim();
    let cast = /^\((.*) as ([A-Za-z]+)\)(.*)$/.exec(text);
    if (cast) text = `${cast[1]}.as(${cast[2]})${cast[3]}`;
    cast = /^(.*) as ([A-Za-z]+)$/.exec(text);
    if (cast) text = `${cast[1]}.as(${cast[2]})`;
    if (text.startsWith('(') && text.endsWith(')')) text = text.slice(1, -1);
    const parts = steps(text);
    if (parts[0] === 'Resource' || parts[0] === 'DomainResource' || parts[0] === base) parts.shift();
    else if (!root && /^[A-Z]/.test(parts[0])) return null;
    let at = [{ path: '', context: root ?? base, type: 'Resource' }];
    for (const part of parts) {
        let match;
        if ((match = /^as\(([A-Za-z]+)\)$/.exec(part)) || (match = /^ofType\(([A-Za-z]+)\)$/.exec(part))) {
            at = at.filter((a) => a.type === match[1]);
        } else if ((match = /^where\(resolve\(\) is ([A-Za-z]+)\)$/.exec(part))) {
            at = at.map((a) => ({ ...a, path: `${a.path}?${match[1]}` }));
        } else if ((match = /^where\(([a-z]+)='([^']+)'\)$/.exec(part))) {
            at = at.map((a) => ({ ...a, path: `${a.path}{${match[1]}=${match[2]}}` }));
        } else if ((match = /^extension\('([^']+)'\)$/.exec(part))) {
            at = at.flatMap((a) =>
                follow('Extension', 'value').map((f) => ({ ...f, path: `${a.path}.extension{url=${match[1]}}.${f.member}` })),
            );
        } else if ((match = /^([A-Za-z]+)\[0\]$/.exec(part))) {
            at = at.flatMap((a) => follow(a.context, match[1]).map((f) => ({ ...f, path: `${a.path}.${f.member}[0]` })));
        } else if (/^[A-Za-z]+$/.test(part)) {
            at = at.flatMap((a) => follow(a.context, part).map((f) => ({ ...f, path: `${a.path}.${f.member}` })));
        } else {
            warnings.push(`${base}: ${expression}`);
            return null;
        }
    }
    return at.map((a) => ({ path: a.path.replace(/^\./, ''), type: a.type, context: a.context }));
}

// A date search on a Timing reads its events, and so on: types that a parameter type can use at all.
const usable = {
    token: /^(CodeableConcept|Coding|Identifier|ContactPoint|code|id|string|uri|canonical|boolean)$/,
    reference: /^(Reference|canonical|uri|Resource)$/,
    date: /^(date|dateTime|instant|Period|Timing)$/,
    string: /^(string|markdown|HumanName|Address|CodeableConcept)$/,
    quantity: /^(Quantity|Money|Age|Duration|Count|Distance|SimpleQuantity|Range|SampledData)$/,
    number: /^(integer|decimal|positiveInt|unsignedInt|Range)$/,
    uri: /^(uri|url|canonical|oid|uuid)$/,
};

const parameters = lines('official-SearchParameter.ndjson.zst').filter(
    (p) => p.url.startsWith('http://hl7.org/fhir/SearchParameter/') && p.base && p.expression,
);
const byUrl = new Map(parameters.map((p) => [p.url, p]));
const rows = [];
const expand = (base) => (base === 'Resource' || base === 'DomainResource' ? resourceTypes : [base]);

for (const parameter of parameters) {
    for (const declared of parameter.base) {
        for (const base of expand(declared)) {
            if (!resourceTypes.includes(base)) continue;
            const row = { base, code: parameter.code, type: parameter.type, paths: [], targets: parameter.target ?? [] };
            if (rows.some((r) => r.base === base && r.code === row.code)) continue;
            if (base === 'Patient' && row.code === 'deceased') {
                // Patient.deceased.exists() and Patient.deceased != false
                row.paths.push('deceasedBoolean:boolean', 'deceasedDateTime:exists');
            } else if (row.type === 'composite') {
                for (const root of parameter.expression.split('|').map((e) => e.trim())) {
                    const roots = root === base ? [{ path: '', context: base }] : resolve(root, base);
                    if (!roots?.length) continue;
                    const component = parameter.component.map((c) => {
                        const target = byUrl.get(c.definition);
                        const found = c.expression
                            .split('|')
                            .flatMap((e) => resolve(e, base, roots[0].context) ?? [])
                            .filter((f) => usable[target.type].test(f.type));
                        return `${target.type}~${[...new Set(found.map((f) => `${f.path}:${f.type}`))].join(',')}`;
                    });
                    row.paths.push(`${roots[0].path}$${component.join('$')}`);
                }
            } else if (usable[row.type]) {
                for (const alternative of parameter.expression.split('|')) {
                    for (const found of resolve(alternative, base) ?? []) {
                        if (usable[row.type].test(found.type)) row.paths.push(`${found.path}:${found.type}`);
                    }
                }
            }
            row.paths = [...new Set(row.paths)];
            if (row.paths.length === 0 && row.type !== 'special') warnings.push(`no path: ${base}.${row.code} ${parameter.expression}`);
            rows.push(row);
        }
    }
}
rows.sort((a, b) => (a.base < b.base ? -1 : a.base > b.base ? 1 : a.code < b.code ? -1 : 1));
const codes = [...new Set(rows.map((r) => r.code))].sort();

const compartment = JSON.parse(unpack('CompartmentDefinition-patient.json.zst'));
const patientRows = compartment.resource
    .filter((r) => r.param?.length && resourceTypes.includes(r.code))
    .map((r) => ({ type: r.code, codes: r.param.filter((c) => rows.some((x) => x.base === r.code && x.code === c)) }));

const text = (value) => JSON.stringify(value);
const out = [];
out.push('// Generated by tools/fhir_tables.mjs from the FHIR R4 4.0.1 definitions. Do not edit.');
out.push('#include "fhir/generated/tables.h"', '', 'namespace wardlight::fhir::generated {', '');
out.push('const std::string_view kResourceTypes[] = {');
for (const type of resourceTypes) out.push(`    ${text(type)},`);
out.push('};', `const std::size_t kResourceTypeCount = ${resourceTypes.length};`, '');
out.push('const std::string_view kParameterCodes[] = {');
for (const code of codes) out.push(`    ${text(code)},`);
out.push('};', `const std::size_t kParameterCodeCount = ${codes.length};`, '');
out.push('const ParameterRow kParameters[] = {');
for (const row of rows) {
    out.push(
        `    {${resourceTypes.indexOf(row.base)}, ${codes.indexOf(row.code)}, SearchType::${row.type}, ${text(row.paths.join('|'))}},`,
    );
}
out.push('};', `const std::size_t kParameterCount = ${rows.length};`, '');
out.push('const CompartmentRow kPatientCompartment[] = {');
for (const row of patientRows) out.push(`    {${text(row.type)}, ${text(row.codes.join(' '))}},`);
out.push('};', `const std::size_t kPatientCompartmentCount = ${patientRows.length};`, '');
out.push('}  // namespace wardlight::fhir::generated');
process.stdout.write(out.join('\n') + '\n');
for (const warning of warnings) process.stderr.write(`${warning}\n`);
process.stderr.write(`${resourceTypes.length} types, ${codes.length} codes, ${rows.length} parameters\n`);
