import type { Knex } from 'knex';

// A view with typed columns for every entity: pub_v1.master_customer, master_contract ... Later migrations only append columns.
// A value that is not what its column holds is null there; as text it is in pub_v1.record.
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create function pub_v1.as_number(value text) returns numeric language sql immutable parallel safe as $$
      select case when value ~ '^-{0,1}[0-9]+([.][0-9]+){0,1}$' then value::numeric end $$;
    create function pub_v1.as_date(value text) returns date language plpgsql immutable parallel safe as $$
      begin
        return case when value ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' then value::date end;
      exception when others then
        return null;
      end $$;
    create function pub_v1.as_boolean(value text) returns boolean language sql immutable parallel safe as $$
      select case value when 'true' then true when 'false' then false end $$`);
  for (const [entity, columns] of Object.entries(views)) await knex.raw(viewOf(entity, columns));
}

export async function down(knex: Knex): Promise<void> {
  for (const entity of Object.keys(views)) await knex.raw(`drop view pub_v1.master_${entity}`);
  await knex.raw('drop function pub_v1.as_number, pub_v1.as_date, pub_v1.as_boolean');
}

/** n = number, d = date, b = boolean, else text. */
const views: Readonly<Record<string, string>> = {
  authorisation:
    'code customer_code customer_name product_code product_name type version seats:n machine_code region target:n issued_on:d valid_from:d valid_until:d contract_code delivered_by status owner created_on:d remark',
  contact:
    'code customer_code customer_name name gender title department contact_role mobile phone email wechat qq birthday:d preferred_channel is_primary:b left:b consent:b address owner created_on:d remark',
  contact_event:
    'code customer_code customer_name contact_code contact_name happened_on:d type subject content result follow_up_on:d participants ticket attachment owner created_on:d remark',
  contract:
    'code name customer_code customer_name party_role type signed_on:d starts_on:d ends_on:d amount:n currency discount rebate_terms payment_terms our_signer their_signer product_code product_name status executed_amount:n invoiced_amount:n received_amount:n renewal_of attachment owner created_on:d remark',
  customer:
    'code name short_name former_names role type level industry province city county address postcode phone fax email website contact_person credit_code tax_no licence_no invoice_title bank bank_account parent_code parent_name region source first_contact_on:d deal_status status credit_limit:n payment_terms tier owner created_on:d remark',
  department: 'code name parent_code parent_name manager status owner created_on:d remark',
  employee: 'code name department_code department_name post mobile email region joined_on:d left_on:d status owner created_on:d remark',
  feedback:
    'code customer_code customer_name person_code person_name product_code product_name channel category level content received_on:d handler solution closed_on:d satisfaction status knowledge_link owner created_on:d remark',
  feedback_person:
    'code customer_code customer_name name contact_code department identity phone email feedback_count:n owner created_on:d remark',
  invoice:
    'code line invoice_code invoice_type invoiced_on:d customer_code customer_name shipment_code shipment_line product_code product_name quantity:n net_amount:n tax:n amount:n is_red:b status owner created_on:d remark',
  order:
    'code line customer_code customer_name contract_code ordered_on:d product_code product_name spec quantity:n unit price:n amount:n deliver_on:d delivered_quantity:n invoice_status paid_amount:n service_until:d status owner created_on:d remark',
  product:
    'code generic_name trade_name spec dosage_form unit pack_size:n category maker approval_no barcode list_price:n assess_price:n tax_rate:n valid_from:d valid_until:d status owner created_on:d remark',
  prospect:
    'code name contact_person phone source need expected_amount:n probability:n stage next_step next_on:d province city converted_code lost_reason owner created_on:d remark',
  receipt:
    'code line received_on:d customer_code customer_name amount:n method written_off:n bill_due_on:d bank_account owner created_on:d remark',
  receivable:
    'code line document_type document_on:d due_on:d customer_code customer_name amount:n open_amount:n currency invoice_code owner created_on:d remark',
  shipment:
    'code line shipped_on:d customer_code customer_name ship_to product_code product_name spec lot quantity:n unit price:n amount:n warehouse is_return:b order_code owner created_on:d remark',
  terms: 'code customer_code customer_name credit_limit:n days:n payment_terms level valid_from:d valid_until:d owner created_on:d remark',
};

function viewOf(entity: string, columns: string): string {
  const list = columns.split(' ').map((column) => {
    const [name = '', kind] = column.split(':');
    const value = `g.fields->>'${name}'`;
    const typed =
      kind === 'n'
        ? `pub_v1.as_number(${value})`
        : kind === 'd'
          ? `pub_v1.as_date(${value})`
          : kind === 'b'
            ? `pub_v1.as_boolean(${value})`
            : value;
    return `${typed} as "${name}"`;
  });
  return `create view pub_v1.master_${entity} as
    select r.no, s.no as survivor_no, r.status as record_status, g.is_void, g.completeness, ${list.join(', ')}
      from master.record r left join master.record s on s.id = r.survivor_id left join master.golden g on g.record_id = r.id
     where r.entity = '${entity}'`;
}
